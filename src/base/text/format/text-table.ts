/** A table in columns of equal width: the first to the left, the others to the right. */
export type TextTable = {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Spaces between columns. */
const gap = 3

/**
 * Heading and rows as lines, and the rule between them.
 *
 * @param spaces between columns. Default: 3.
 */
export function textTable(
  { headings, rows }: TextTable,
  spaces = gap,
): {
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
      .join(' '.repeat(spaces))
      .trimEnd()
  return {
    heading: line(headings),
    rule: widths.map((width) => '─'.repeat(width)).join('─'.repeat(spaces)),
    lines: rows.map(line),
  }
}
