// The parts of preact that the reports are written with, as one small module of the package in place of a dependency that
// would bring its hooks, its developer tools and three builds of each.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { project } from './project.mjs'
import { readNotice } from './read-notice.mjs'

/** @param {string} target folder of the compiled package, whose imports of preact are changed to the module. */
export async function bundlePreact(target) {
  const { build } = await import('esbuild')
  const module = join(target, 'charts', 'packaged', 'preact.js')
  await build({
    stdin: {
      contents: `export { Fragment, jsx, jsxs } from 'preact/jsx-runtime'; export { isValidElement } from 'preact'`,
      resolveDir: project,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile: module,
    legalComments: 'none',
    banner: { js: `/*!\n${readNotice('preact')}\n*/` },
    logLevel: 'error',
  })
  for (const name of readdirSync(target, { recursive: true })) {
    const file = join(target, String(name))
    if (!file.endsWith('.js') || file === module) continue
    const text = readFileSync(file, 'utf8')
    const linked = text.replace(/from "preact(?:\/jsx-runtime)?"/g, () => {
      const path = relative(dirname(file), module).split(sep).join('/')
      return `from "${path.startsWith('.') ? path : `./${path}`}"`
    })
    if (linked !== text) writeFileSync(file, linked)
  }
}
