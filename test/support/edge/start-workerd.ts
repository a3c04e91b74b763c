import { build } from 'esbuild'
import { project } from '../run-program.ts'
import { edgeModules, type StartEdge } from './start-edge.ts'
import { startWorker } from './workerd.ts'

/** The worker of docs/edge.md, but for its configuration, which comes as a binding. */
const worker = `
import { fetchHandler } from 'routellm/fetch-handler'
import artifacts from './routers.js'

let handle
export default {
  fetch(request, env) {
    handle ??= fetchHandler({ config: JSON.parse(env.CONFIG), env, artifacts, open: env.OPEN === 'yes' })
    return handle(request)
  },
}
`

/** Bundles the worker as wrangler does, and runs it in workerd. */
export const startInWorkerd: StartEdge = async ({ config, env = {}, open = false, folders = [] }) => {
  const { artifacts } = await edgeModules(folders)
  return startWorker({
    modules: { 'worker.js': await bundleWorker(worker), 'routers.js': artifacts },
    compatibilityFlags: ['enable_request_signal'],
    bindings: { ...env, CONFIG: JSON.stringify(config), OPEN: open ? 'yes' : 'no' },
  })
}

/** One module with the package and its dependencies in it; imports beside it stay. */
export async function bundleWorker(text: string, minify = false): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: project },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['./routers.js', 'node:*'],
    minify,
    tsconfigRaw: {}, // as an application: the package is its dist/
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}
