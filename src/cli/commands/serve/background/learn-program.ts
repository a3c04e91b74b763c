import type { LearnResult } from '../../../../jobs/learn/result.ts'
import { runOwnCommand } from './own-command.ts'

/**
 * Runs `routellm learn` in a process of its own with a low priority, so that training does not delay requests.
 *
 * @returns a line for each policy. @throws an error with what it said, if it fails.
 */
export async function runLearnProgram(configFile: string, signal: AbortSignal): Promise<readonly string[]> {
  return describeResults(await runOwnCommand(['learn', '--config', configFile, '--json'], signal))
}

function describeResults(output: string): string[] {
  const result = JSON.parse(output) as LearnResult & { readonly policies?: readonly LearnResult[] }
  return (result.policies ?? [result]).map(
    ({ policy, outcome, why }) => `learn: ${policy}: ${outcome}. ${why}`,
  )
}
