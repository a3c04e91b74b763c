/** A table in columns of equal width: the first to the left, the others to the right. */
export type TextTable = {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Heading and rows as lines, and the rule between them. */
export function textTable({ headings, rows }: TextTable): {
  readonly heading: string
  readonly rule: string
  readonly lines: readonly string[]
} {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]!.length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('   ')
      .trimEnd()
  return {
    heading: line(headings),
    rule: widths.map((width) => '─'.repeat(width)).join('───'),
    lines: rows.map(line),
  }
}
