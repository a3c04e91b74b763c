import type { Command } from 'commander'
import { CheckFailedError } from '../../terminal/exit-code.ts'
import type { Colors, CommandContext } from '../../terminal/terminal.ts'
import type { Check } from './check.ts'
import { runChecks } from './checks.ts'

type DoctorFlags = { readonly config?: string; readonly online?: true; readonly json?: true }

export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('Check this installation and its configuration. Exits with 1 if a check failed.')
    .option('--config <file>', 'configuration file (default: ./routellm.yaml if it exists)')
    .option(
      '--online',
      'also ask the configured providers for their models, with the keys from the environment',
    )
    .option('--json', 'print {"ok", "checks": [{"name", "status", "detail", "remedy"}]} to stdout')
    .addHelpText(
      'after',
      `
Keys are found by the names of their variables; their values are never shown. Without --online nothing leaves this machine.

Examples:
  routellm doctor
  routellm doctor --config routellm.yaml --online --json`,
    )
    .action(async (_options: unknown, command: Command) =>
      doctor(command.optsWithGlobals<DoctorFlags>(), context),
    )
}

async function doctor(flags: DoctorFlags, context: CommandContext): Promise<void> {
  const { terminal } = context
  const checks = await runChecks(flags, context)
  const failed = checks.filter((check) => check.status === 'failed')
  if (flags.json === true) terminal.result(JSON.stringify({ ok: failed.length === 0, checks }))
  else for (const line of checks.flatMap((check) => checkLines(check, terminal.colors))) terminal.result(line)
  const verdict =
    failed.length === 0
      ? 'Everything that was checked is in order.'
      : `${failed.length} of ${checks.length} checks failed.`
  terminal.note(verdict)
  if (failed.length > 0) throw new CheckFailedError('check-failed', verdict)
}

function checkLines({ name, status, detail, remedy }: Check, colors: Colors): string[] {
  return [
    `${marks[status](colors)} ${name}: ${detail}`,
    ...(remedy === undefined ? [] : [`        ${remedy}`]),
  ]
}

const marks: Readonly<Record<Check['status'], (colors: Colors) => string>> = {
  ok: (colors) => colors.green('ok     '),
  failed: (colors) => colors.red('failed '),
  absent: (colors) => colors.yellow('absent '),
  warning: (colors) => colors.yellow('warning'),
}
