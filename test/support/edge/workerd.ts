import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A worker that runs in workerd, the runtime of Cloudflare Workers. */
export type RunningWorker = {
  readonly url: string
  /** What the worker has logged. */
  log(): string
  close(): Promise<void>
}

export type WorkerOptions = {
  /** Module texts by name; `worker.js` is the worker. */
  readonly modules: Readonly<Record<string, string>>
  readonly bindings: Readonly<Record<string, string>>
  readonly compatibilityFlags?: readonly string[]
}

const require = createRequire(import.meta.url)

/** Starts workerd on a free port with a worker that may call addresses of this machine. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'routellm-workerd-'))
  for (const [name, text] of Object.entries(options.modules)) await writeFile(join(folder, name), text)
  await writeFile(join(folder, 'config.capnp'), configText(options))
  const { default: program } = require('workerd') as { readonly default: string }
  const child = spawn(program, ['serve', join(folder, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    cwd: folder,
  })
  let logged = ''
  const keep = (chunk: Buffer) => {
    logged += chunk.toString()
  }
  child.stdout!.on('data', keep)
  child.stderr!.on('data', keep)
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL') // at SIGTERM it waits for open connections
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const port = await readPort(child, () => logged)
    return { url: `http://127.0.0.1:${port}`, log: () => logged, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** workerd writes `{"event":"listen","socket":"http","port":N}` to its control descriptor. */
function readPort(child: ChildProcess, logged: () => string): Promise<number> {
  const control = child.stdio[3] as Readable
  return new Promise((resolve, reject) => {
    let text = ''
    control.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const port = /"port":(\d+)/.exec(text)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}:\n${logged()}`)))
  })
}

function configText({ modules, bindings, compatibilityFlags = [] }: WorkerOptions): string {
  const text = (value: string) => JSON.stringify(value)
  const moduleList = Object.keys(modules)
    .sort((one, other) => Number(other === 'worker.js') - Number(one === 'worker.js'))
    .map((name) => `(name = ${text(name)}, esModule = embed ${text(name)})`)
  const bindingList = Object.entries(bindings).map(
    ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${moduleList.join(', ')}],
  bindings = [${bindingList.join(', ')}],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = [${compatibilityFlags.map(text).join(', ')}],
);
`
}
