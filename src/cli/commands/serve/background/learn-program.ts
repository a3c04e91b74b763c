import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { LearnResult } from '../../../../jobs/learn/result.ts'

const program = fileURLToPath(new URL('../../../main.js', import.meta.url))
/** After being asked to stop. */
const patienceMs = 3_000
const mostBytes = 1_000_000

/**
 * Runs `routellm learn` in a process of its own with a low priority, so that training does not delay requests.
 *
 * @returns a line for each policy. @throws an error with what it said, if it fails.
 */
export async function runLearnProgram(configFile: string, signal: AbortSignal): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, 'learn', '--config', configFile, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGTERM',
  })
  let output = ''
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(0, mostBytes)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  signal.addEventListener('abort', () => void setTimeout(() => child.kill('SIGKILL'), patienceMs).unref(), {
    once: true,
  })
  lowerPriority(child.pid)
  // The error of an abort comes before the process has ended.
  let failure: unknown
  child.on('error', (error) => {
    failure = error
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (failure !== undefined) throw failure
  if (code !== 0) throw new Error(said.trim() || `it ended with the code ${code}`)
  return describeResults(output)
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, 10)
  } catch {
    // The process has ended, or the system does not allow it: it runs with the priority of the server.
  }
}

function describeResults(output: string): string[] {
  const result = JSON.parse(output) as LearnResult & { readonly policies?: readonly LearnResult[] }
  return (result.policies ?? [result]).map(
    ({ policy, outcome, why }) => `learn: ${policy}: ${outcome}. ${why}`,
  )
}
