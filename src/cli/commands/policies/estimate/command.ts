import type { Command } from 'commander'
import { openWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { sinceValue } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'

type EstimateFlags = {
  readonly policy: string
  /** Milliseconds before now. */
  readonly since?: number
  readonly config?: string
  readonly json?: true
}

export function addPoliciesEstimateCommand(policies: Command, context: CommandContext): void {
  policies
    .command('estimate')
    .description(
      'Estimate from the requests of the store, and the probabilities with which their models were drawn, what another policy would have cost and how well it would have answered.',
    )
    .requiredOption('--policy <name>', 'auto, or a policy of the configuration')
    .option('--since <time>', 'how far back: 90m, 24h or 7d (default: all that the store has)', sinceValue)
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--json', 'print {"policy", "logged", "leftOut", "labels", "estimate", "notes", …} to stdout')
    .addHelpText(
      'after',
      `
The models of the requests must have been drawn with known probabilities: configure exploration. If the requests cannot tell,
"estimate" is refused with a sentence that says what to do; the exit code is 0 all the same. docs/evidence.md has the formulas.

Examples:
  routellm policies estimate --policy frugal --since 7d
  routellm policies estimate --policy frugal --json`,
    )
    .action(async (_options: unknown, command: Command) =>
      estimatePolicy(command.optsWithGlobals<EstimateFlags>(), context),
    )
}

async function estimatePolicy(
  { policy, since, json, ...flags }: EstimateFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context
  const { estimatePolicyJob } = await import('../../../../jobs/estimate-policy/job.ts')
  const { formatEstimate } = await import('./print.ts')
  const workspace = await openWorkspace(flags, context)
  const time = new Date().toISOString()
  const payload = { policy, time, ...(since !== undefined && { since }) }
  const result = await runCommandJob(estimatePolicyJob, payload, workspace, context)
  if (json === true) {
    terminal.result(JSON.stringify(result))
    return
  }
  for (const line of formatEstimate(result)) terminal.result(line)
  for (const note of result.notes) terminal.note(terminal.colors.dim(note))
}
