import { extname, resolve } from 'node:path'
import type { Command } from 'commander'
import { writeOutputs } from '../../../base/files/write-outputs.ts'
import { nameList } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { formatExport } from './print.ts'

/** The name of the built-in router, which is not a folder. */
const builtinRouter = 'mf'

type ExportFlags = {
  readonly routers: readonly string[]
  readonly output: string
  readonly json?: true
}

export function addExportCommand(program: Command, context: CommandContext): void {
  program
    .command('export')
    .description(
      'Write trained routers as one module, for a worker that has no files: routellm/fetch-handler takes it as `artifacts`.',
    )
    .requiredOption(
      '--output <file>',
      'the file to write, such as routers.js: a module, or JSON that the worker fetches if the name ends in .json',
    )
    .option(
      '--routers <names>',
      'mf for the built-in router, or folders that training wrote, separated by commas; the built-in files go with every export',
      nameList,
      [builtinRouter],
    )
    .option('--json', 'print {"output", "routers", "bytes", "compressedBytes"} to stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  routellm export --output routers.js\n  routellm export --routers ./my-router --output routers.js',
    )
    .action(async (_options: unknown, command: Command) =>
      exportRouters(command.optsWithGlobals<ExportFlags>(), context),
    )
}

async function exportRouters(
  { routers, output, json }: ExportFlags,
  { terminal, folder, interrupted }: CommandContext,
): Promise<void> {
  const { readExport } = await import('./read-export.ts')
  const { artifacts, names, inputs } = await readExport(
    routers.map((name) => (name === builtinRouter ? name : resolve(folder, name))),
    terminal.note,
  )
  interrupted.throwIfAborted()
  const data = JSON.stringify(artifacts)
  const isData = extname(output).toLowerCase() === '.json'
  // A runtime that takes the file for no module prints the line that it stumbles over: it is not the data's.
  const text = isData ? data : `// routellm export: ${names.join(', ')}\nexport default\n${data}\n`
  await writeOutputs(inputs, async (openOutput) => {
    await (await openOutput(resolve(folder, output))).write(text)
  })
  const { gzipSync } = await import('node:zlib')
  const result = {
    output,
    routers: names,
    bytes: Buffer.byteLength(text),
    compressedBytes: gzipSync(text).length,
  }
  if (json === true) terminal.result(JSON.stringify(result))
  else for (const line of formatExport(result)) terminal.note(line)
}
