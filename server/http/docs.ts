import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { asyncApi } from './asyncapi.ts'
import type { Door } from './door.ts'
import { openApi } from './openapi.ts'

/** The viewer's own files, as its package has them. */
const viewer = fileURLToPath(new URL('./static/', import.meta.resolve('@fastify/swagger-ui')))
const viewerFiles = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js'])

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vitrine: the wire</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="docs"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** No validator: nothing here asks another host. */
const start = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'none',
})
`

/** /openapi.json, /asyncapi.json, and /docs to read the first of them in. */
export async function mountDocs(app: Door, publicUrl: string): Promise<void> {
  const documents = {
    '/openapi.json': written(() => openApi(publicUrl)),
    '/asyncapi.json': written(() => asyncApi(publicUrl)),
  }
  for (const [path, document] of Object.entries(documents)) {
    app.get(path, (_request, reply) => {
      return reply.type('application/json; charset=utf-8').send(document())
    })
  }
  app.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
  app.get('/docs/', (_request, reply) => reply.redirect('/docs'))
  app.get('/docs/start.js', (_request, reply) => {
    return reply.type('text/javascript; charset=utf-8').send(start)
  })
  await app.register(fastifyStatic, {
    root: viewer,
    prefix: '/docs/',
    index: false,
    decorateReply: false,
    allowedPath: (path) => viewerFiles.has(path),
  })
}

/** Written when somebody reads it, and kept from then on. */
function written(document: () => object): () => string {
  let text: string | undefined
  return () => {
    text ??= JSON.stringify(document())
    return text
  }
}
