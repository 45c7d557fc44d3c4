import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/**
 * The map of the house, as a test: who may import whom, and which names have one home. Each rule is
 * a sentence; a failure prints the file and what it reached for.
 */

const root = resolve(import.meta.dirname, '..')

/** From those that know least to those that know most: a feature asks only features before it. */
const features = [
  'mail',
  'accounts',
  'catalog',
  'inventory',
  'line',
  'shows',
  'embeds',
  'links',
  'promotions',
  'sales',
  'auctions',
  'moderation',
  'following',
  'chat',
  'polls',
  'giveaways',
  'payments',
  'orders',
  'returns',
  'affiliates',
  'hooks',
  'keys',
  'audit',
  'recordings',
  'replay',
  'analytics',
]

type Import = { from: string; to: string; typeOnly: boolean }
type File = { path: string; text: string; imports: Import[] }

const files: File[] = ['server', 'shared', 'client']
  .flatMap((room) => globSync(`${room}/**/*.{ts,tsx}`, { cwd: root }))
  .filter((path) => !path.includes('.test.') && !path.startsWith('client/dist'))
  .map((path) => {
    const text = readFileSync(resolve(root, path), 'utf8')
    return { path, text, imports: importsOf(path, text) }
  })
const imports = files.flatMap((file) => file.imports)

function importsOf(path: string, text: string): Import[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'"]*?from\s+)?['"]([^'"]+)['"]/g,
  )
  const dynamic = text.matchAll(/import\(\s*['"]([^'"]+)['"]\s*\)/g)
  const target = (to: string) =>
    to.startsWith('.') ? relative(root, resolve(root, dirname(path), to)) : to
  return [
    ...[...found].map((m) => ({
      from: path,
      to: target(m[3] ?? ''),
      typeOnly: isTypeOnly(m[1], m[2]),
    })),
    ...[...dynamic].map((m) => ({ from: path, to: target(m[1] ?? ''), typeOnly: false })),
  ]
}

/** `import type …`, or braces in which every name is a type. */
function isTypeOnly(keyword: string | undefined, names: string | undefined): boolean {
  if (keyword) return true
  const inside = /^\{([^}]*)\}/.exec((names ?? '').trim())?.[1]
  return (
    inside !== undefined &&
    inside.split(',').every((n) => n.trim() === '' || n.trim().startsWith('type '))
  )
}

const featureOf = (path: string) => /^server\/features\/([^/]+)\//.exec(path)?.[1]
const broken = (rule: (i: Import) => boolean) =>
  imports.filter(rule).map((i) => `${i.from} → ${i.to}`)
/** The composition root: the only place that knows every room. */
const isRoot = (path: string) => path === 'server/app.ts' || path.startsWith('server/app/')
const isOurs = (i: Import) => /^(server|shared|client|scripts|test)\//.test(i.to)
const isIn = (path: string, ...rooms: string[]) => rooms.some((room) => path.startsWith(`${room}/`))

test('it looks at something', () => {
  expect(files.length).toBeGreaterThan(100)
  expect(imports.length).toBeGreaterThan(500)
})

test('a feature is asked at its front door, and only for its type', () => {
  expect(
    broken((i) => {
      const [mine, theirs] = [featureOf(i.from), featureOf(i.to)]
      if (!theirs || mine === theirs || isRoot(i.from) || !isIn(i.from, 'server')) return false
      if (i.from === 'server/verify.ts' || i.from === 'server/audit.ts') return false
      return !(i.to === `server/features/${theirs}/${theirs}.ts` && i.typeOnly)
    }),
  ).toEqual([])
})

test('a feature asks only features that know less than it does', () => {
  expect(
    broken((i) => {
      const [mine, theirs] = [featureOf(i.from), featureOf(i.to)]
      if (!mine || !theirs || mine === theirs) return false
      return features.indexOf(theirs) > features.indexOf(mine) || !features.includes(mine)
    }),
  ).toEqual([])
})

test('shared imports nothing of ours and nothing of Node: typebox alone', () => {
  expect(
    broken((i) => isIn(i.from, 'shared') && !isIn(i.to, 'shared') && !/^typebox(\/|$)/.test(i.to)),
  ).toEqual([])
})

test('the client sees only shared', () => {
  expect(
    broken((i) => isIn(i.from, 'client') && isOurs(i) && !isIn(i.to, 'client', 'shared')),
  ).toEqual([])
})

test('media knows no commerce: base and shared only', () => {
  expect(
    broken(
      (i) =>
        isIn(i.from, 'server/media') &&
        isOurs(i) &&
        !isIn(i.to, 'server/media', 'server/base', 'shared'),
    ),
  ).toEqual([])
})

test('nobody imports a door but app.ts; features may name its types', () => {
  expect(
    broken((i) => {
      if (!isIn(i.to, 'server/http', 'server/realtime')) return false
      if (isIn(i.from, 'server/http', 'server/realtime') || isRoot(i.from)) return false
      return !(featureOf(i.from) && i.typeOnly)
    }),
  ).toEqual([])
})

test('the doors know no features', () => {
  expect(
    broken((i) => isIn(i.from, 'server/http', 'server/realtime') && featureOf(i.to) !== undefined),
  ).toEqual([])
})

test('base imports nothing of ours but the wire; store imports base; events import store and base', () => {
  const allowed: Record<string, string[]> = {
    'server/base': ['server/base', 'shared'],
    'server/store': ['server/store', 'server/base', 'shared'],
    'server/events': ['server/events', 'server/store', 'server/base', 'shared'],
    'server/jobs': ['server/jobs', 'server/store', 'server/base', 'shared'],
  }
  for (const [room, may] of Object.entries(allowed)) {
    expect(broken((i) => isIn(i.from, room) && isOurs(i) && !isIn(i.to, ...may))).toEqual([])
  }
})

test('each package has one home', () => {
  const homes: [RegExp, string[]][] = [
    [/^postgres$/, ['server/store']],
    [/^ioredis$/, ['server/store']],
    [/^socket\.io$/, ['server/realtime']],
    [/^mediasoup$/, ['server/media']],
    [/^bullmq$/, ['server/jobs']],
    [/^drizzle-orm(\/|$)/, ['server/store', 'server/events', 'server/features']],
  ]
  for (const [name, may] of homes) {
    expect(
      broken((i) => isIn(i.from, 'server') && name.test(i.to) && !isIn(i.from, ...may)),
    ).toEqual([])
  }
  expect(
    broken(
      (i) =>
        i.to === 'fastify' && !isIn(i.from, 'server/http') && !(featureOf(i.from) && i.typeOnly),
    ),
  ).toEqual([])
})

test('the environment is read in one place, signals in one, the clock in one', () => {
  const uses = (text: RegExp, ...homes: string[]) =>
    files
      .filter((f) => isIn(f.path, 'server') && !homes.includes(f.path))
      .filter((f) => text.test(f.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
      .map((f) => f.path)
  expect(uses(/process\.env/, 'server/main.ts', 'server/verify.ts', 'server/audit.ts')).toEqual([])
  expect(uses(/process\.on\(\s*(signal|['"]SIG)/, 'server/main.ts')).toEqual([])
  expect(uses(/new Date\(\)|Date\.now\(\)/, 'server/base/clock.ts')).toEqual([])
})

test('a button that is at work keeps the keyboard: it is busy, never disabled', () => {
  const all = files.filter((file) => isIn(file.path, 'client') && file.path.endsWith('.tsx'))
  expect(all.length).toBeGreaterThan(50)
  const lost = all.filter(({ text }) => /\bdisabled=\{[^}]*\b[bB]usy\b/.test(text))
  expect(lost.map(({ path }) => path)).toEqual([])
})

test('no cycles', () => {
  const edges = Map.groupBy(
    imports.filter((i) => isOurs(i) && !i.typeOnly),
    (i) => i.from,
  )
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (path: string, trail: string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const edge of edges.get(path) ?? []) walk(edge.to, [...trail, path])
    done.add(path)
  }
  for (const file of files) walk(file.path, [])
  expect(cycles).toEqual([])
})
