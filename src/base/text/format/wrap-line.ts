/**
 * Breaks a line of a terminal's output between words, so that no part is longer than `width` characters. What follows an
 * indented line or a command is indented by two more than it.
 *
 * A command line (`routellm …`, also after `npx` or `$`) is broken with ` \`, outside of quotes, so that it can still be
 * pasted. A text in a second column, three spaces from the first, stays in it. JSON, rows of more columns and single
 * words longer than the width, such as paths, stay whole.
 *
 * @param line without line feeds. Colours do not count.
 */
export function wrapLine(line: string, width: number): string[] {
  if (visibleLength(line) <= width || /^\s*[{[]/.test(line)) return [line]
  const columns = line.trimEnd().split(/(?<=\S) {3,}(?=\S)/)
  if (columns.length === 2) return wrapSecondColumn(line, columns[0] ?? '', columns[1] ?? '', width)
  if (columns.length > 2) return [line]
  const indent = /^\s*/.exec(line)?.[0] ?? ''
  const isCommand = /^\s*(?:\$ |npx )*routellm\s/.test(line)
  const ending = isCommand ? ' \\' : ''
  const words = isCommand ? splitCommand(line.trim()) : line.trim().split(' ')
  const hanging = indent === '' && !isCommand ? '' : `${indent}  `
  const lines: string[] = []
  let current = indent + (words.shift() ?? '')
  for (const word of words) {
    // Only the last part of a command has no ending.
    if (visibleLength(current) + 1 + visibleLength(word) + ending.length <= width) current += ` ${word}`
    else {
      lines.push(current + ending)
      current = hanging + word
    }
  }
  return [...lines, current]
}

/** Below the first column if the second would be too narrow to read. */
const narrowest = 20

function wrapSecondColumn(line: string, first: string, second: string, width: number): string[] {
  const start = line.length - second.length
  const isBeside = width - start >= narrowest
  const indent = isBeside ? start : 4
  const lines: string[] = []
  let current = ''
  for (const word of second.split(' ')) {
    if (current !== '' && indent + visibleLength(current) + 1 + visibleLength(word) > width) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  const [head = '', ...others] = [...lines, current].map((part) => ' '.repeat(indent) + part)
  return isBeside ? [line.slice(0, start) + head.slice(indent), ...others] : [first, head, ...others]
}

/** Every line of a text, wrapped. A width of null leaves the text as it is. */
export function wrapText(text: string, width: number | null): string {
  if (width === null) return text
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n')
}

/** The words of a command line; what is in quotes is one word. */
function splitCommand(line: string): string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|\S)+/g) ?? [line]
}

/** The number of characters without the sequences of colours and styles. */
export function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour or style, as picocolors writes it
  return [...text.replace(/\u001b\[\d*m/g, '')].length
}
