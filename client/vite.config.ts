import { defineConfig, type Plugin } from 'vite'

/** The page's text is set in one font file: ask for it beside the first script, not after the CSS. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const font = Object.keys(bundle ?? {}).find((name) => /latin-wght-.*\.woff2$/.test(name))
        if (font === undefined) return []
        const attrs = {
          rel: 'preload',
          as: 'font',
          type: 'font/woff2',
          href: `/${font}`,
          crossorigin: '',
        }
        return [{ tag: 'link', attrs, injectTo: 'head-prepend' as const }]
      },
    },
  }
}

// biome-ignore lint/style/noDefaultExport: Vite reads the default export
// oxlint-disable-next-line import/no-default-export -- Vite reads the default export
export default defineConfig({
  root: import.meta.dirname,
  appType: 'spa',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [preloadFont()],
  optimizeDeps: {
    include: [
      'preact',
      'preact/hooks',
      'preact/jsx-runtime',
      '@preact/signals',
      'socket.io-client',
      'mediasoup-client',
    ],
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // light-dark() resolves where it is used, by zone; lowered to older CSS it would resolve at the root.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: `${import.meta.dirname}/index.html`,
        outer: `${import.meta.dirname}/outer/element.ts`,
      },
      output: {
        // Pages of others name this file: it is one file, and its name stays.
        entryFileNames: ({ name }) =>
          name === 'outer' ? 'embed/v1.js' : 'assets/[name]-[hash].js',
        // Their names are not ours to take: nothing of it is global there.
        banner: ({ name }) => (name === 'outer' ? '(() => {' : ''),
        footer: ({ name }) => (name === 'outer' ? '})()' : ''),
        codeSplitting: {
          groups: [
            {
              name: 'media',
              test: /node_modules[\\/](mediasoup-client|h264-profile|sdp-transform|awaitqueue)/,
            },
            { name: 'socket', test: /node_modules[\\/](socket\.io|engine\.io|@socket\.io)/ },
            { name: 'preact', test: /node_modules[\\/](preact|@preact)/ },
            { name: 'ui', test: /client[\\/](ui|api)[\\/].*\.tsx?$/ },
          ],
        },
      },
    },
  },
})
