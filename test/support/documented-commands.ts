/** A shell block of a Markdown file that says of itself that it runs. */
export type DocumentedCommands = {
  /** Line of the opening fence, from 1. */
  readonly line: number
  readonly script: string
}

/**
 * The blocks fenced as ` ```sh run `, in order. They run one after the other in one folder, so that a block may
 * use what an earlier one wrote.
 */
export function documentedCommands(markdown: string): DocumentedCommands[] {
  const commands: DocumentedCommands[] = []
  let block: { line: number; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    if (block === undefined && /^```sh run\s*$/.test(line)) block = { line: index + 1, lines: [] }
    else if (block !== undefined && line.startsWith('```')) {
      commands.push({ line: block.line, script: block.lines.join('\n') })
      block = undefined
    } else block?.lines.push(line)
  }
  return commands
}
