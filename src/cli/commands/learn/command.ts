import type { Command } from 'commander'
import { InvalidRequestError } from '../../../errors.ts'
import type { LearnResult } from '../../../jobs/learn/result.ts'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { formatLearned } from './print.ts'

type LearnFlags = {
  readonly config?: string
  readonly policy?: string
  readonly dryRun?: true
  readonly rollback?: true
  readonly json?: true
}

export function addLearnCommand(program: Command, context: CommandContext): void {
  program
    .command('learn')
    .description(
      'Train a router on the labels of the store, and put it in service if it is shown to be cheaper and as good.',
    )
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--policy <name>', 'auto, or a policy of the configuration (default: those of learn.policies)')
    .option('--dry-run', 'train and compare, and change nothing of what is served')
    .option(
      '--rollback',
      'do not train: remove the canary, or else put the router before the one in service back',
    )
    .option('--json', 'print {"promoted", "why", "lock", "router", "labels", "comparison", …} to stdout')
    .addHelpText(
      'after',
      `
A new router is put in service by the lock file, routellm.lock.yaml beside the configuration; a running server follows it.
It is trained on part of the labels and compared with the router in service on others. If it is not shown to be better, the
lock file stays, and "why" names what is missing; the exit code is 0 all the same. While a canary is on trial, learn decides
whether it stays.

Examples:
  routellm learn
  routellm learn --dry-run --json
  routellm learn --policy halves --config routellm.yaml
  routellm learn --rollback`,
    )
    .action(async (_options: unknown, command: Command) =>
      learn(command.optsWithGlobals<LearnFlags>(), context),
    )
}

async function learn(flags: LearnFlags, context: CommandContext): Promise<void> {
  const { dryRun, rollback, policy, json } = flags
  if (dryRun && rollback)
    throw new InvalidRequestError(
      'bad-flags',
      'give --dry-run or --rollback: a roll back trains nothing that could be tried',
      { param: '--dry-run' },
    )
  const { terminal } = context
  const { learnJob } = await import('../../../jobs/learn/job.ts')
  const results: LearnResult[] = []
  const first = await openWorkspace(flags, context)
  for (const name of policy === undefined ? first.config.learn.policies : [policy]) {
    // The lock file has changed by what was put in service before.
    const workspace = results.length === 0 ? first : await openWorkspace(flags, context)
    const payload = {
      policy: name,
      time: new Date().toISOString(),
      dryRun: dryRun === true,
      rollBack: rollback === true,
    }
    results.push(await runCommandJob(learnJob, payload, workspace, context))
  }
  if (json === true) terminal.result(JSON.stringify(toJson(results)))
  else
    for (const line of results.flatMap((result) => formatLearned(result, terminal.colors)))
      terminal.result(line)
}

/** The result of one policy; of several the first that was promoted, or else the first, with all in `policies`. */
function toJson(results: readonly LearnResult[]): object {
  const shown = results.find(({ promoted }) => promoted) ?? results[0]
  return results.length === 1 ? { ...shown } : { ...shown, policies: results }
}
