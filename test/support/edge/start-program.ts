import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { project } from '../run-program.ts'
import { edgeModules, type StartEdge } from './start-edge.ts'

/** A runtime that runs a program which serves, as docs/edge.md does. */
export type ProgramRuntime = {
  readonly program: string
  readonly args: readonly string[]
  /** Expression that is the environment. */
  readonly env: string
  /** Serves `handle` on a free port and prints it. */
  readonly serve: string
}

export const bun = (program: string): ProgramRuntime => ({
  program,
  args: ['run'],
  env: 'process.env',
  serve: "console.log('port ' + Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: handle }).port)",
})

export const deno = (program: string): ProgramRuntime => ({
  program,
  args: ['run', '--allow-net', '--allow-env', '--no-lock', '--node-modules-dir=manual'],
  env: 'Deno.env.toObject()',
  serve:
    "Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => console.log('port ' + port) }, handle)",
})

/** Runs the handler of the installed package in a process of the runtime. */
export function startInProgram(runtime: ProgramRuntime): StartEdge {
  return async ({ config, env = {}, open = false, folders = [] }) => {
    const folder = await mkdtemp(join(tmpdir(), 'routellm-runtime-'))
    await mkdir(join(folder, 'node_modules'))
    await symlink(project, join(folder, 'node_modules', 'routellm'))
    await writeFile(join(folder, 'package.json'), '{"type":"module","dependencies":{"routellm":"*"}}')
    await writeFile(join(folder, 'routers.js'), (await edgeModules(folders)).artifacts)
    await writeFile(
      join(folder, 'main.js'),
      `import { fetchHandler } from 'routellm/fetch-handler'
import artifacts from './routers.js'
const config = ${JSON.stringify(config)}
const handle = fetchHandler({ config, env: ${runtime.env}, artifacts, open: ${open} })
${runtime.serve}
`,
    )
    const child = spawn(runtime.program, [...runtime.args, join(folder, 'main.js')], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let logged = ''
    const port = await new Promise<number>((resolve, reject) => {
      const keep = (chunk: Buffer) => {
        logged += chunk.toString()
        const found = /^port (\d+)/m.exec(logged)?.[1]
        if (found !== undefined) resolve(Number(found))
      }
      child.stdout.on('data', keep)
      child.stderr.on('data', keep)
      child.once('exit', (code) => reject(new Error(`the program ended with ${code}:\n${logged}`)))
      child.once('error', reject)
    })
    return {
      url: `http://127.0.0.1:${port}`,
      log: () => logged,
      async close() {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL')
          await once(child, 'exit')
        }
        await rm(folder, { recursive: true, force: true })
      },
    }
  }
}
