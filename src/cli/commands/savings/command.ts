import type { Command } from 'commander'
import { sinceValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { withStore } from '../store/with-store.ts'
import { formatSavings } from './print.ts'
import { computeSavings } from './savings.ts'

export type SavingsFlags = {
  readonly config?: string
  readonly baseline?: string
  /** Milliseconds before now. */
  readonly since?: number
  readonly json?: true
}

export function addSavingsCommand(program: Command, context: CommandContext): void {
  program
    .command('savings')
    .description('Say what routing has saved of the dollars of a baseline, by the requests of the store.')
    .option(
      '--baseline <model>',
      'the model that would have answered everything (default: the safest of each policy)',
    )
    .option('--since <time>', 'how far back: 90m, 24h or 7d (default: all that the store has)', sinceValue)
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--json',
      'print {"usd", "savedInterval", "fraction", "requests", "policies", "energy", "notes", …} to stdout',
    )
    .addHelpText(
      'after',
      `
What was saved is the dollars of the baseline, less those of all calls, of shadow calls and of judges. It is negative if
routing cost more. docs/savings.md says what is counted and assumed.

Examples:
  routellm savings
  routellm savings --since 7d --baseline large --json`,
    )
    .action(async (_options: unknown, command: Command) =>
      savings(command.optsWithGlobals<SavingsFlags>(), context),
    )
}

async function savings(flags: SavingsFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const report = await withStore(flags, context, ({ db, config }) =>
    computeSavings(db, config, {
      ...(flags.baseline !== undefined && { baseline: flags.baseline }),
      now: Date.now(),
      sinceMs: flags.since ?? null,
      signal: context.interrupted,
    }),
  )
  if (flags.json === true) terminal.result(JSON.stringify(report))
  else for (const line of formatSavings(report)) terminal.result(line)
}
