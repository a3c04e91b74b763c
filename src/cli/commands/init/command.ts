import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { writeOutputs } from '../../../base/files/write-outputs.ts'
import { toCommandLineText } from '../../../base/text/format/command-line-text.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { configTemplate } from './config-template.ts'

type InitFlags = {
  readonly print?: true
  readonly force?: true
  readonly output: string
  readonly json?: true
}

export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init')
    .description('Write a commented routellm.yaml to start from.')
    .option('--output <file>', 'where to write it', 'routellm.yaml')
    .option('--force', 'write over a file that is there')
    .option('--print', 'print it to stdout and write nothing')
    .option('--json', 'print {"file"} to stdout')
    .addHelpText(
      'after',
      `
Examples:
  routellm init                       write ./routellm.yaml, unless it is there
  routellm init --print | less`,
    )
    .action(async (_options: unknown, command: Command) =>
      init(command.optsWithGlobals<InitFlags>(), context),
    )
}

async function init(flags: InitFlags, { terminal, folder }: CommandContext): Promise<void> {
  if (flags.print === true) {
    terminal.result(
      flags.json === true ? JSON.stringify({ content: configTemplate }) : configTemplate.trimEnd(),
    )
    return
  }
  const file = resolve(folder, flags.output)
  if (flags.force !== true && (await stat(file).catch(() => undefined)) !== undefined)
    throw new InvalidRequestError(
      'file-exists',
      `${file} is there already; --force writes over it, --print shows what would be written`,
      { param: '--output' },
    )
  await writeOutputs([], async (openOutput) => (await openOutput(file)).write(configTemplate))
  if (flags.json === true) terminal.result(JSON.stringify({ file }))
  const isDefault = flags.output === 'routellm.yaml'
  const ofFile = isDefault ? [] : ['--config', flags.output]
  terminal.note(`Wrote ${file}. Next, put your models in it. Then:`)
  terminal.note(`  ${toCommandLineText(['routellm', 'doctor', ...ofFile])}`)
  terminal.note(`  ${toCommandLineText(['routellm', 'serve', ...ofFile])}`)
}
