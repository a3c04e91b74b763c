import type { Command } from 'commander'

/** docs/cli.md: the help of every command, as the program prints it. */
export function commandReference(program: Command): string {
  const commands = program.commands.flatMap((command) => [command, ...command.commands])
  const sections = commands.map((command) => `## routellm ${pathOf(command)}\n\n${helpOf(command)}`)
  return `${['# Command line', introduction, helpOf(program), ...sections].join('\n\n')}\n`
}

const introduction =
  '`--json` prints one object to stdout, and everything else goes to stderr. Exit codes: 0 done, 1 a check or requirement failed, 2 bad input, 130 interrupted. This page is generated from the help of the program.'

/** With the texts that are added after the help, which `helpInformation` leaves out. */
function helpOf(command: Command): string {
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

function pathOf(command: Command): string {
  const parent = command.parent
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`
}
