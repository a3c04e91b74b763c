import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { builtCli } from './run-program.ts'

/** The built server in a process of its own. */
export type ServedDemo = {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly pid: number
  /** Ends it with SIGINT and resolves to its exit code. */
  stop(): Promise<number | null>
}

/** Starts `routellm serve` with nothing configured, so that the demonstration provider answers. @param options.cwd its working directory. */
export async function serveDemo(
  args: readonly string[] = [],
  options: { readonly cwd?: string } = {},
): Promise<ServedDemo> {
  const port = await freePort()
  const child = spawn(process.execPath, [builtCli, 'serve', '--port', `${port}`, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000)
    })
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child, () => said)
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null) return child.exitCode
      const exited = once(child, 'exit')
      child.kill('SIGINT')
      await exited
      return child.exitCode
    },
  }
}

async function untilReady(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const status = await fetch(`${url}/ready`).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${said()}`)
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the server was not ready in 60 s:\n${said()}`)
    }
    await after(20)
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error(`no port in ${address}`))
        else resolve(address.port)
      })
    })
  })
}
