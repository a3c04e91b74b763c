import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { countValue, portValue, wholeNumber } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

type DemoFlags = {
  readonly port?: number
  readonly host?: string
  readonly requests: number
  readonly seed: number
  readonly json?: true
}

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description(
      'Serve a made-up week of a support desk, so that the page has something to show: no key, no network.',
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: PORT, else 6060)', portValue)
    .option('--host <address>', 'address to bind (default: 127.0.0.1)')
    .option('--requests <n>', 'requests of the week', countValue, 3000)
    .option('--seed <n>', 'another seed gives another week', wholeNumber, 1)
    .option('--json', 'print {"url", "models", "config", "adminUrl"} to stdout once it listens')
    .addHelpText(
      'after',
      `
The questions, the answers and the models are made up; the routers that decide, the store, the training after four days and
the page are the real ones. All is in a temporary folder, which is removed at the end. Open the link that it prints.

Examples:
  routellm demo
  routellm demo --requests 500 --port 8080`,
    )
    .action(async (_options: unknown, command: Command) =>
      demo(command.optsWithGlobals<DemoFlags>(), context),
    )
}

async function demo({ requests, seed, ...flags }: DemoFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const folder = await mkdtemp(join(tmpdir(), 'routellm-demo-'))
  try {
    const [{ makeWeek }, { serve }] = await Promise.all([
      import('./week/make-week.ts'),
      import('../serve/serve.ts'),
    ])
    terminal.note('Making a week of requests, and training a router on their feedback …')
    const week = await makeWeek({ folder, requests, seed }, context)
    try {
      terminal.note(`A client's key, for requests of your own: ${week.keys.desk}`)
      await serve(
        {
          ...{ ...flags, config: week.configFile, store: true, isDemo: true },
          ...{ requestLogMaxMb: 100, requestLogMaxDays: 30 },
        },
        context,
      )
    } finally {
      await week.models.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
