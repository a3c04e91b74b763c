import type { Command } from 'commander'
import { openWorkspace, runCommandJob } from '../../../setup/run-job.ts'
import { countValue } from '../../../terminal/option-values.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'

type DifferenceFlags = {
  readonly policy: string
  readonly limit: number
  readonly config?: string
  readonly json?: true
}

export function addPoliciesDifferenceCommand(policies: Command, context: CommandContext): void {
  policies
    .command('difference')
    .description(
      'Compare two versions of a policy on the requests of the store: which of them change their model, and what that costs.',
    )
    .argument('<from>', 'serving, configured, canary, or a router; @0.4 after it replaces its threshold')
    .argument('<to>', 'likewise')
    .option('--policy <name>', 'auto, or a policy of the kind pair', 'auto')
    .option('--limit <n>', 'requests to compare at most, the newest ones', countValue, 2000)
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--json',
      'print {"policy", "from", "to", "requests", "table", "usd", "tasks", "moved", …} to stdout',
    )
    .addHelpText(
      'after',
      `
"serving" is what answers now, by the lock file; "configured" what the configuration says without it. A router is one that was in
service, one of the configuration, or the folder of an artifact. The win rate of a request is what the router said when it decided it,
else that of the kept text, else that of the kept vector. Each request is decided on its own, and a reply of the other model is
taken to be as long as the one that was given.

Examples:
  routellm policies difference serving canary
  routellm policies difference configured serving --policy halves --json
  routellm policies difference serving serving@0.4 --limit 10000`,
    )
    .action(async (from: string, to: string, _options: unknown, command: Command) =>
      comparePolicyVersions({ from, to }, command.optsWithGlobals<DifferenceFlags>(), context),
    )
}

async function comparePolicyVersions(
  versions: { readonly from: string; readonly to: string },
  { policy, limit, json, ...flags }: DifferenceFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context
  const { differenceJob } = await import('../../../../jobs/difference/job.ts')
  const { formatDifference } = await import('./print.ts')
  const workspace = await openWorkspace(flags, context)
  const result = await runCommandJob(differenceJob, { ...versions, policy, limit }, workspace, context)
  if (json === true) terminal.result(JSON.stringify(result))
  else for (const line of formatDifference(result)) terminal.result(line)
}
