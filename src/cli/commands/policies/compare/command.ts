import type { Command } from 'commander'
import type { ComparePoliciesPayload } from '../../../../jobs/compare-policies/job.ts'
import { openWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { collected, nameList, wholeNumber } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'

type CompareFlags = ComparePoliciesPayload & {
  readonly config?: string
  readonly json?: true
}

export function addPoliciesCompareCommand(policies: Command, context: CommandContext): void {
  policies
    .command('compare')
    .description(
      'Replay a log through the configured policies: which model each chooses, what that costs, and on labels what it loses, with intervals. Sends nothing anywhere.',
    )
    .option(
      '--log <file...>',
      'a log of requests with their text, in any format that routellm audit reads; several files are one log (default: the labels are the traffic)',
      collected,
    )
    .option(
      '--labels <file...>',
      'outcomes {"prompt", "scores": {"model": number}} of all candidates on requests of this traffic; several files are read as one',
      collected,
    )
    .option(
      '--policies <names>',
      'policies to compare, separated by commas (default: all, and auto)',
      nameList,
    )
    .option('--format <name>', 'format of the log (default: detected from the first rows)')
    .option('--seed <number>', 'seed of the intervals', wholeNumber, 0)
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--output <folder>', 'write policies.json, and with labels and prices policies.svg')
    .option('--json', 'print {"log", "requests", "policies", …} to stdout; docs/policies.md describes it')
    .addHelpText(
      'after',
      `
Dollars are those of the log's requests at the candidates' prices, or those that the labels state. A loss is the mean score of the best candidate alone
minus that of the policy, on the labels. Beside each policy are random and prompt length with the policy's own shares.

Examples:
  routellm policies compare --log requests.jsonl
  routellm policies compare --log requests.jsonl --labels labels.jsonl --policies frugal,halves`,
    )
    .action(async (_options: unknown, command: Command) =>
      comparePolicies(command.optsWithGlobals<CompareFlags>(), context),
    )
}

/** Runs the comparison and prints it. */
export async function comparePolicies(flags: CompareFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const { comparePoliciesJob } = await import('../../../../jobs/compare-policies/job.ts')
  const { formatComparison } = await import('./print.ts')
  const workspace = await openWorkspace(flags, context)
  const comparison = await runCommandJob(comparePoliciesJob, flags, workspace, context)
  if (flags.json === true) terminal.result(JSON.stringify(comparison))
  else for (const line of formatComparison(comparison)) terminal.result(line)
  if (flags.json === true) return
  for (const note of comparison.notes) terminal.note(terminal.colors.dim(note))
}
