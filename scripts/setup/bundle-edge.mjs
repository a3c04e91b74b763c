// Bundles routellm/fetch-handler: one module without anything of Node.
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { project } from './project.mjs'

const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
const platform = (name) => join(project, 'src', 'edge', 'platform', name)

/** What takes the place of Node's modules. Others may be imported by code that the bundle does not use. */
const replaced = new Map([
  ['node:buffer', platform('buffer.ts')],
  ['node:crypto', platform('crypto.ts')],
  ['node:timers/promises', platform('timers.ts')],
])

/** Parts that are loaded when they are needed, and that the fetch handler needs. It refuses configurations with others. */
const neededLater = /src\/(?:routing\/policies\/[\w-]+|providers\/demo)\/[\w-]+\.ts$/

const withoutNode = {
  name: 'without-node',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^(?:node:)?[a-z_/0-9]+$/ }, ({ path }) => {
      const found = replaced.get(path)
      if (found !== undefined) return { path: found }
      // Without side effects the import goes with the code that uses it.
      if (path.startsWith('node:') || builtinModules.includes(path))
        return { path, external: true, sideEffects: false }
      return undefined
    })
    onResolve({ filter: /^undici$/ }, ({ path }) => ({ path, external: true, sideEffects: false }))
    onResolve({ filter: /^\./ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'seen') return undefined
      const found = await resolve(path, { kind, resolveDir, pluginData: 'seen' })
      return neededLater.test(found.path.replaceAll('\\', '/')) ? found : { path, namespace: 'left-out' }
    })
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not part of routellm/fetch-handler`)})`,
    }))
  },
}

/**
 * The module as text, with its metafile. Dependencies of the package stay imports.
 *
 * @param entry a file that imports src/edge/index.ts. Default: that itself.
 * @param packages `bundle` takes the dependencies in, too.
 */
export async function bundleEdge({
  entry = join(project, 'src', 'edge', 'index.ts'),
  packages = 'external',
  minify = false,
} = {}) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: project,
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    target: 'es2022',
    inject: [platform('globals.ts')],
    plugins: [withoutNode],
    external: packages === 'external' ? Object.keys(dependencies) : [],
    legalComments: 'none', // `licencesOf` names them all
    treeShaking: true,
    metafile: true,
    write: false,
    minify,
    keepNames: minify, // errors carry the names of their classes
  })
  return { text: licencesOf(metafile) + outputFiles[0].text, metafile }
}

/** A comment with the licences of the packages that are in the bundle. */
function licencesOf({ outputs }) {
  const inputs = Object.entries(Object.values(outputs)[0].inputs)
  const homes = inputs.flatMap(([file, { bytesInOutput }]) => {
    const home = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
    return home === undefined || bytesInOutput === 0 ? [] : [join(project, home)]
  })
  const texts = [...new Set(homes)].sort().map((home) => {
    const { name, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    return `${name} ${version}\n\n${readFileSync(join(home, 'LICENSE'), 'utf8').trim()}`
  })
  return `/*!\n${texts.join('\n\n').replaceAll('*/', '* /')}\n*/\n`
}
