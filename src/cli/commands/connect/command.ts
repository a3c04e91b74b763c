import { stat } from 'node:fs/promises'
import { Argument, type Command } from 'commander'
import { toCommandLineText } from '../../../base/text/format/command-line-text.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { CheckFailedError } from '../../terminal/exit-code.ts'
import { countValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { checkTool } from './check.ts'
import { type GatewayFlags, readGatewayPoint } from './gateway-point.ts'
import { checkLines, formatExport, formatSettings, stepLines } from './print.ts'
import { editSettings } from './settings/edit-settings.ts'
import { openSettingsFile, undoSettingsFile, writeSettingsFile } from './settings/settings-file.ts'
import { tools } from './tools/registry.ts'
import { type GatewayPoint, keyVariable, type Tool, type ToolSettings } from './tools/tool.ts'

type ConnectFlags = GatewayFlags & {
  readonly write?: true
  readonly undo?: true
  readonly check?: true
  readonly json?: true
}

export function addConnectCommand(program: Command, context: CommandContext): void {
  program
    .command('connect')
    .description('Point a coding agent, or another program that calls models, at the gateway.')
    .addArgument(new Argument('<tool>', 'the program').choices(tools.map(({ name }) => name)))
    .option('--url <url>', 'address of the gateway', 'http://127.0.0.1:6060')
    .option('--key <key>', `key of the gateway (default: ${keyVariable}); no file holds it`)
    .option('--model <name>', 'model that the program asks for', 'auto')
    .option('--context-tokens <n>', "context of your largest model, for the program's compaction", countValue)
    .option('--write', "write the settings into the program's file and keep a backup")
    .option('--undo', 'restore the file as it was before --write')
    .option('--check', 'send one request as the program would and print the decision')
    .option(
      '--json',
      'print {"tool", "file", "settings", "environment", "notes", "written", "backup"}, {"tool", "file", "undone", "kept"} or {"tool", "url", "status", "problem", "decision", "requestId"} to stdout',
    )
    .addHelpText(
      'after',
      `
Without --write the settings are printed. The key is never written: the settings name ${keyVariable}.

Examples:
  routellm connect claude-code              print the settings
  routellm connect codex --write            write them; --undo takes them back
  routellm connect opencode --check         which model answers it, and why`,
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ConnectFlags>()
      const tool = tools.find((each) => each.name === name)
      if (tool !== undefined) await connect(tool, flags, context)
    })
}

async function connect(tool: Tool, flags: ConnectFlags, context: CommandContext): Promise<void> {
  const chosen = (['write', 'undo', 'check'] as const).filter((flag) => flags[flag] === true)
  if (chosen.length > 1)
    throw new InvalidRequestError(
      'bad-flags',
      `--${chosen[0]} and --${chosen[1]} exclude each other; give one of them`,
      { param: `--${chosen[1]}` },
    )
  const { gateway, key } = readGatewayPoint(flags, context.environment)
  if (flags.check === true) return check(tool, gateway, key, flags, context)
  if (flags.undo === true) return undo(tool, flags, context)
  await printOrWrite(tool, gateway, flags, context)
}

async function check(
  tool: Tool,
  gateway: GatewayPoint,
  key: string | undefined,
  { json }: ConnectFlags,
  { terminal, interrupted }: CommandContext,
): Promise<void> {
  const result = await checkTool(tool, gateway, key, interrupted)
  if (json === true) terminal.result(JSON.stringify(result))
  else for (const line of checkLines(result)) terminal.result(line)
  if (result.problem === null) return
  terminal.note(`${terminal.colors.red('failed:')} POST ${result.url}: ${result.problem}`)
  throw new CheckFailedError('check-failed', result.problem)
}

async function undo(tool: Tool, { json }: ConnectFlags, context: CommandContext): Promise<void> {
  const file = await openSettingsFile(await findFile(settingsOf(tool, '--undo'), context))
  const { action, kept } = await undoSettingsFile(file)
  const { terminal } = context
  if (json === true)
    return terminal.result(JSON.stringify({ tool: tool.name, file: file.path, undone: action, kept }))
  terminal.note(
    action === 'restored'
      ? `Restored ${file.path} as it was before --write.`
      : `Removed ${file.path}, which was not there before --write.`,
  )
  if (kept !== null) terminal.note(`It had been changed since; ${kept} is a copy of that.`)
}

async function printOrWrite(
  tool: Tool,
  gateway: GatewayPoint,
  flags: ConnectFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, environment } = context
  const settings = flags.write === true ? settingsOf(tool, '--write') : tool.settings
  const file = settings === null ? null : await openSettingsFile(await findFile(settings, context))
  const notes = stepLines(tool, gateway, environment.variables)
  if (flags.write === true && settings !== null && file !== null) {
    const edited = editSettings(settings.format, file.text ?? '', settings.rules(gateway), file.path)
    if (edited !== file.text) await writeSettingsFile(file, edited)
  }
  if (flags.json === true)
    return terminal.result(
      JSON.stringify({
        tool: tool.name,
        file: file?.path ?? null,
        settings: formatSettings(tool, gateway),
        environment: Object.fromEntries(tool.environment(gateway).map(({ name, value }) => [name, value])),
        notes,
        written: flags.write === true,
        backup: file !== null && (await exists(file.backup)) ? file.backup : null,
      }),
    )
  if (flags.write === true && file !== null) {
    terminal.note(`${tool.title} now uses the gateway at ${gateway.url}: ${file.path}`)
    if (await exists(file.backup)) terminal.note(`The file as it was before: ${file.backup}`)
    terminal.note(`To take it back: ${toCommandLineText(['routellm', 'connect', tool.name, '--undo'])}`)
  } else if (file === null) {
    for (const variable of tool.environment(gateway)) terminal.result(formatExport(variable))
  } else {
    terminal.note(`Settings for ${file.path} (--write adds them and keeps a backup):`)
    terminal.result(formatSettings(tool, gateway))
  }
  for (const note of notes) terminal.note(note)
}

/** @throws InvalidRequestError `bad-flags` for a tool without a file. */
function settingsOf({ name, settings }: Tool, flag: string): ToolSettings {
  if (settings !== null) return settings
  throw new InvalidRequestError(
    'bad-flags',
    `${flag} needs a settings file, and ${name} has none; without it the variables to set are printed`,
    { param: flag },
  )
}

async function findFile({ files }: ToolSettings, { environment }: CommandContext): Promise<string> {
  const variable = (name: string) => environment.variables[name] || undefined
  const home = variable('HOME') ?? variable('USERPROFILE')
  if (home === undefined)
    throw new InvalidRequestError(
      'no-home-folder',
      'HOME (on Windows USERPROFILE) is not set, so the settings of programs cannot be found; set it',
    )
  const candidates = files({ home, variable })
  for (const candidate of candidates) if (await exists(candidate)) return candidate
  return candidates[0]
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
