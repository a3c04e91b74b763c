import type { Command } from 'commander'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { formatExperiments } from './print.ts'

type ExperimentsFlags = {
  readonly config?: string
  readonly enforce?: true
  readonly history?: true
  readonly json?: true
}

export function addExperimentsCommand(program: Command, context: CommandContext): void {
  program
    .command('experiments')
    .description('Say what live sessions show of experiments, canaries and certificates.')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option('--enforce', 'remove a canary from the lock file if a guard speaks against it')
    .option('--history', 'with --json: with what was known after each part of the sessions')
    .option(
      '--json',
      'print {"experiments": [{"id", "sessions", "differences", "verdict", …}], "canaries": […], "certificates": […]} to stdout',
    )
    .addHelpText(
      'after',
      `
A session counts an hour after it began. The intervals hold at all times together, so it may be asked as often as you like.
A running server asks every ten minutes: it gives everyone the control once an experiment has ended, and removes a canary
if a guard speaks against it or its traffic drifts. routellm learn puts a canary in service that has had its sessions.

Examples:
  routellm experiments
  routellm experiments --config routellm.yaml --json`,
    )
    .action(async (_options: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ExperimentsFlags>()
      const { experimentsJob } = await import('../../../jobs/experiments/job.ts')
      const workspace = await openWorkspace(flags, context)
      const payload = {
        time: new Date().toISOString(),
        enforce: flags.enforce === true,
        history: flags.history === true,
      }
      const result = await runCommandJob(experimentsJob, payload, workspace, context)
      const { terminal } = context
      if (flags.json === true) terminal.result(JSON.stringify(result))
      else for (const line of formatExperiments(result, terminal.colors)) terminal.result(line)
    })
}
