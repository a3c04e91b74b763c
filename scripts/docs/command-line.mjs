import picocolors from 'picocolors'

/**
 * docs/cli.md: the help of every command, as the program prints it.
 *
 * @param {{ load: (path: string) => Promise<any> }} sources `load`: a module of src/ by its path without an ending
 */
export async function commandLineMarkdown({ load }) {
  const { createProgram } = await load('cli/command-line')
  const program = await commandTable(createProgram)
  const commands = program.commands.flatMap((command) => [command, ...command.commands])
  const sections = commands.map((command) => `## routellm ${pathOf(command)}\n\n${helpOf(command)}`)
  return ['# Command line', introduction, helpOf(program), ...sections].join('\n\n')
}

/**
 * The table of all commands, to look at and not to run.
 *
 * @template Program
 * @param {(surroundings: any) => Program} createProgram of src/cli/command-line.ts
 * @returns {Program}
 */
export function commandTable(createProgram) {
  return createProgram({
    folder: '/',
    environment: { variables: {}, noColor: true, hub: {} },
    interrupted: new AbortController().signal,
    terminal: {
      result() {},
      note() {},
      readInput: async () => '',
      progressStream: null,
      width: null,
      colors: picocolors.createColors(false),
    },
  })
}

const introduction =
  '`--json` prints one object to stdout, and everything else goes to stderr. Exit codes: 0 done, 1 a check or requirement failed, 2 bad input, 130 interrupted. This page is generated from the help of the program.'

/** Includes the texts that are added after the help, which `helpInformation` leaves out. */
function helpOf(command) {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``
}

function pathOf(command) {
  const parent = command.parent
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`
}
