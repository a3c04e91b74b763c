import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { CommandProgress } from '../../../terminal/report-progress.ts'

const program = fileURLToPath(new URL('../../../main.js', import.meta.url))
/** After being asked to stop. It takes less than a second on a machine that is not busy. */
const patienceMs = 10_000
const mostBytes = 1_000_000

/**
 * Runs a command of this program in a process of its own with a low priority, so that it does not delay requests. The process
 * ends with this one.
 *
 * @param argv with `--json`.
 * @returns its stdout. @throws an error with what it said, if it fails; `signal.reason` after an abort.
 */
export async function runOwnCommand(
  argv: readonly string[],
  signal: AbortSignal,
  onProgress: (progress: CommandProgress) => void = () => {},
): Promise<string> {
  const child = spawn(process.execPath, [program, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let [output, said] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(0, mostBytes)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  child.on('message', (message) => {
    const parsed = progressMessage.safeParse(message)
    if (parsed.success) onProgress(parsed.data.progress)
  })
  const stop = () => {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), patienceMs).unref()
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  lowerPriority(child.pid)
  let failure: unknown
  child.on('error', (error) => {
    failure = error
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  signal.removeEventListener('abort', stop)
  // It may have come to its end before it heard of an abort.
  if (code === 0) return output
  signal.throwIfAborted()
  if (failure !== undefined) throw failure
  throw new Error(findProblem(output) ?? (said.trim() || `it ended with the code ${code}`))
}

/** As `createProgressReporter` sends it. */
const progressMessage = z.object({
  progress: z.object({ stage: z.string(), done: z.number(), total: z.number().nullable() }),
})

const failedOutput = z.object({ error: z.object({ message: z.string() }) })

/** What a command that fails prints with `--json`; null if it is something else. */
function findProblem(output: string): string | null {
  try {
    return failedOutput.parse(JSON.parse(output)).error.message
  } catch {
    return null
  }
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, 10)
  } catch {
    // The process has ended, or the system does not allow it: it runs with the priority of the server.
  }
}
