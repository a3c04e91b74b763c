import { Command, CommanderError } from 'commander'
import { describeFileFailure } from '../base/files/file-failure.ts'
import { RouteLLMError } from '../errors.ts'
import { version } from '../version.ts'
import { commands } from './commands/registry.ts'
import { CheckFailedError, exitCodeOf, exitCodes, ReportedBadInputError } from './terminal/exit-code.ts'
import { hideSecrets, secretFlagWarnings } from './terminal/hide-secrets.ts'
import type { CommandContext } from './terminal/terminal.ts'

/**
 * Runs one command line.
 *
 * @param argv without the interpreter and the script.
 * @returns the exit code: 0 done, 1 a check or requirement failed, 2 bad input, 130 interrupted.
 */
export async function runCommandLine(argv: readonly string[], given: CommandContext): Promise<number> {
  const context = hideSecrets(given, argv)
  const { note, colors } = context.terminal
  for (const warning of secretFlagWarnings(argv)) note(`${colors.yellow('warning:')} ${warning}`)
  const program = await createProgram(context, argv)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCodes.done
  } catch (error) {
    return reportedExitCode(error, argv.includes('--json'), context)
  }
}

/**
 * The commands with their options and help.
 *
 * @param argv loads only the command that it names, because all of them take twice as long to load. Default: every
 *   command, as for an argv that names none.
 */
export async function createProgram(context: CommandContext, argv: readonly string[] = []): Promise<Command> {
  const program = new Command('routellm')
    .description(
      "Sends each prompt to the cheapest model that will answer it well: a gateway for OpenAI's and Anthropic's clients, and the tools around it.",
    )
    .version(version)
    .option('--json', 'print one JSON object to stdout; everything else goes to stderr')
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.result(text.trimEnd()),
      writeErr: (text) => context.terminal.note(text.trimEnd()),
      getOutHelpWidth: () => helpWidth(context),
      getErrHelpWidth: () => helpWidth(context),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      'after',
      `
Examples:
  routellm serve                             serve the demonstration on http://127.0.0.1:6060, no key needed
  routellm route "Good morning!"             which model would answer, and why
  routellm init                              write a routellm.yaml to start from

Exit codes: 0 done, 1 a check or requirement failed, 2 bad input, 130 interrupted.`,
    )
  for (const load of commandsOf(argv)) {
    const add = await load()
    add(program, context)
  }
  return program
}

/** No option before the name of a command has a value. */
function commandsOf(argv: readonly string[]) {
  const name = argv.find((word) => !word.startsWith('-')) ?? ''
  const named = Object.entries(commands).filter(([command]) => command === name)
  return (named.length > 0 ? named : Object.entries(commands)).map(([, load]) => load)
}

/** As wide as the terminal, if that is not too wide to read. */
function helpWidth({ terminal: { width } }: CommandContext): number {
  return Math.min(width ?? 100, 120)
}

function reportedExitCode(
  error: unknown,
  asJson: boolean,
  { terminal, interrupted }: CommandContext,
): number {
  // Commander has printed its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
  if (error instanceof CheckFailedError) return exitCodes.failed
  if (error instanceof ReportedBadInputError) return exitCodes.badInput
  if (interrupted.aborted) {
    terminal.note('routellm: interrupted; nothing half-written is left')
    return exitCodes.interrupted
  }
  const failure = failureOf(error)
  if (asJson) terminal.result(JSON.stringify({ error: failure }))
  terminal.note(`${terminal.colors.red('error:')} ${failure.message}`)
  return exitCodeOf(error)
}

function failureOf(error: unknown): { message: string; code: string; param: string | null } {
  if (error instanceof RouteLLMError) return { message: error.message, code: error.code, param: error.param }
  const failure = describeFileFailure(error)
  if (failure !== undefined) return { message: failure, code: 'file-failure', param: null }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { message: `unexpected: ${message}`, code: 'unexpected', param: null }
}
