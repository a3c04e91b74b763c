// Bundles web/ and compresses its files, so that serving them takes no work.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { project } from './project.mjs'

const source = join(project, 'web')
/** An image is compressed already, or too small to be worth it. */
const compressed = new Set(['.html', '.js', '.css'])

/** @param {string} target is emptied first. */
export async function buildPage(target) {
  const { build } = await import('vite')
  await build({
    configFile: false,
    root: source,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: target,
      emptyOutDir: true,
      target: 'es2022',
      // The policy of the page allows no code within the document, nor images of another scheme than data.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      license: { fileName: 'licenses.md' },
      reportCompressedSize: false,
      // What several views use is one file: each more is a request that the session and the data wait behind.
      rolldownOptions: {
        output: {
          // By the view's folder: the server tells the browser which one a path needs.
          chunkFileNames: ({ facadeModuleId }) => {
            const view = /\/views\/(\w+)\/view\.tsx$/.exec(facadeModuleId ?? '')?.[1]
            return `assets/${view === undefined ? '[name]' : `view-${view}`}-[hash].js`
          },
          codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
        },
      },
    },
  })
  for (const name of readdirSync(target, { recursive: true })) {
    const file = join(target, String(name))
    if (!compressed.has(extname(file))) continue
    const bytes = readFileSync(file)
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  }
}
