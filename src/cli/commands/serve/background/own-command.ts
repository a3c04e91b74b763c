import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../../main.js', import.meta.url))
/** After being asked to stop. */
const patienceMs = 3_000
const mostBytes = 1_000_000

/**
 * Runs a command of this program in a process of its own with a low priority, so that it does not delay requests.
 *
 * @returns its stdout. @throws an error with what it said, if it fails; `signal.reason` after an abort.
 */
export async function runOwnCommand(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [program, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGTERM',
  })
  let [output, said] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(0, mostBytes)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  const kill = () => void setTimeout(() => child.kill('SIGKILL'), patienceMs).unref()
  signal.addEventListener('abort', kill, { once: true })
  lowerPriority(child.pid)
  // The error of an abort comes before the process has ended.
  let failure: unknown
  child.on('error', (error) => {
    failure = error
  })
  const [code] = (await once(child, 'close')) as [number | null]
  signal.removeEventListener('abort', kill)
  if (failure !== undefined) throw failure
  if (code !== 0) throw new Error(said.trim() || `it ended with the code ${code}`)
  return output
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, 10)
  } catch {
    // The process has ended, or the system does not allow it: it runs with the priority of the server.
  }
}
