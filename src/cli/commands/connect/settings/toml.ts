import { parse } from 'smol-toml'
import { isSettings, type SettingEdit, type SettingValue } from './setting-edit.ts'
import { lineBreakOf, type SettingsFormat } from './settings-format.ts'

/**
 * TOML, edited by lines: a plain value at the top of the file, or a table of plain values. `editSettings` parses the
 * result and refuses it if lines were not enough, as within a string of several lines.
 */
export const toml: SettingsFormat = {
  name: 'TOML',
  // The parser's objects have no prototype; the copy's have one, as those of the other formats.
  parse: (text) => structuredClone(parse(text.replace(/^\uFEFF/, ''))),
  edit(text, edits) {
    const lineBreak = lineBreakOf(text)
    return edits.reduce(editOnce, text.split(lineBreak)).join(lineBreak)
  },
}

function editOnce(lines: readonly string[], edit: SettingEdit): readonly string[] {
  if (edit.kind === 'put') throw new Error('lists of tables are not edited')
  if (!isSettings(edit.value)) return setTopKey(lines, edit.path, edit.value)
  return setTable(lines, edit.path, edit.value)
}

function setTopKey(
  lines: readonly string[],
  path: readonly string[],
  value: SettingValue,
): readonly string[] {
  const firstTable = lines.findIndex(isHeader)
  const top = firstTable === -1 ? lines : lines.slice(0, firstTable)
  const key = new RegExp(`^\\s*${keyPattern(path)}\\s*=\\s*`)
  const place = top.findIndex((line) => key.test(line))
  // The first line is within no string and no table.
  if (place === -1) return [`${path.join('.')} = ${formatValue(value)}`, ...lines]
  const line = lines[place] ?? ''
  const [before = ''] = key.exec(line) ?? []
  const after = plainValue.exec(line.slice(before.length))
  if (after === null) throw new Error('the value is not a plain one on one line')
  return [...lines.slice(0, place), `${before}${formatValue(value)}${after[1]}`, ...lines.slice(place + 1)]
}

/** A string, number or boolean that fills the rest of a line, but for white space and a comment. */
const plainValue = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'[{]+)(\s*(?:#.*)?)$/

function keyPattern(path: readonly string[]): string {
  return path.map((name) => `(?:"${name}"|'${name}'|${name})`).join('\\s*\\.\\s*')
}

function setTable(
  lines: readonly string[],
  path: readonly string[],
  values: Readonly<Record<string, unknown>>,
) {
  const table = [
    `[${path.join('.')}]`,
    ...Object.entries(values).map(([name, value]) => `${name} = ${formatValue(value)}`),
  ]
  const header = new RegExp(`^\\s*\\[\\s*${keyPattern(path)}\\s*\\]`)
  const start = lines.findIndex((line) => header.test(line))
  if (start === -1) {
    const end = lines.findLastIndex((line) => line.trim() !== '') + 1
    return [...lines.slice(0, end), ...(end === 0 ? [] : ['']), ...table, '']
  }
  const next = lines.findIndex((line, index) => index > start && isHeader(line))
  const until = next === -1 ? lines.length : next
  // Blank lines and comments before the next header are about what follows.
  const end = lines.slice(0, until).findLastIndex((line) => !/^\s*(?:#.*)?$/.test(line)) + 1
  return [...lines.slice(0, start), ...table, ...lines.slice(end)]
}

function isHeader(line: string): boolean {
  return /^\s*\[/.test(line)
}

/** A TOML basic string has the escapes of a JSON string. */
function formatValue(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return JSON.stringify(value)
  throw new Error('only plain values are written')
}
