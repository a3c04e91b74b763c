import { table } from './markdown.mjs'

/**
 * @typedef {{
 *   readonly field: string
 *   readonly kind: 'dropped' | 'refused'
 *   readonly why: string
 *   readonly value?: string
 *   readonly unless?: readonly string[]
 * }} Row
 */

/**
 * The tables of docs/protocols.md of what has no equivalent, one for each protocol.
 *
 * @param {readonly { readonly protocol: string, readonly losses: { readonly unread: readonly Row[], readonly unwritten: readonly Row[] } }[]} forms
 *   `commonForms` of src/gateway/protocols/forms.ts
 */
export function lossesMarkdown(forms) {
  return forms
    .map(({ protocol, losses: { unread, unwritten } }) => {
      const name = `\`${protocol}\``
      const rows = [
        ...joinRows(unread).map((row) => toCells(row, `from ${name}`)),
        ...joinRows(unwritten).map((row) => toCells(row, `to ${name}`)),
      ]
      return `### ${name}\n\n${table(['field', 'requests', 'it is', 'because'], rows, { leftColumns: 4 })}`
    })
    .join('\n\n')
}

/**
 * The table of docs/providers.md of the presets.
 *
 * @param {readonly { readonly name: string, readonly baseUrl: string | null, readonly apiKeyEnv: string | null, readonly protocols: readonly string[], readonly note: string }[]} presets
 *   of src/providers/openai-compatible/presets.ts
 */
export function presetsMarkdown(presets) {
  const rows = presets.map(({ name, baseUrl, apiKeyEnv, protocols, note }) => [
    `\`${name}\``,
    baseUrl === null ? 'your own' : `\`${baseUrl}\``,
    apiKeyEnv === null ? '' : `\`${apiKeyEnv}\``,
    protocols
      .filter((protocol) => protocol !== 'pass-through')
      .map((protocol) => `\`${protocol}\``)
      .join(', '),
    note,
  ])
  return table(['preset', 'address', "the key's variable", 'protocols', 'difference'], rows, {
    leftColumns: 5,
  })
}

/** Rows that differ in the field or its value only share one row. */
function joinRows(/** @type {readonly Row[]} */ rows) {
  /** @type {Map<string, Row[]>} */
  const groups = new Map()
  for (const row of rows) {
    const key = JSON.stringify([row.kind, row.why, row.value === undefined ? null : row.field])
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
}

function toCells(/** @type {readonly Row[]} */ rows, /** @type {string} */ direction) {
  const [first] = rows
  if (first === undefined) throw new Error('a group of rows has one at least')
  const fields =
    first.value === undefined
      ? [...new Set(rows.map(formatField))].join(', ')
      : `\`${first.field}\`: ${rows.map(({ value }) => `\`${value}\``).join(', ')}`
  return [fields, direction, first.kind, first.why].map((cell) => cell.replaceAll('|', '\\|'))
}

function formatField(/** @type {Row} */ { field, unless = [] }) {
  const values = unless.map((json) => `\`${json}\``).join(' and ')
  return values === '' ? `\`${field}\`` : `\`${field}\` (except ${values})`
}
