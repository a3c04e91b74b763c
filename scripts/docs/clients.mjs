import { table } from './markdown.mjs'

/**
 * An outcome, and a cell with one for whole replies and one for streamed ones: test/support/clients/measure/outcome.ts.
 *
 * @typedef {(
 *   | { readonly kind: 'works', readonly translation: string | null, readonly dropped: readonly string[], readonly notes: readonly string[] }
 *   | { readonly kind: 'refused', readonly by: string, readonly why: string }
 *   | { readonly kind: 'unreadable', readonly why: string }
 *   | { readonly kind: 'absent', readonly why: string }
 *   | { readonly kind: 'wrong', readonly why: string }
 * )} Outcome
 * @typedef {Outcome | { readonly whole: Outcome, readonly streamed: Outcome }} Cell
 * @typedef {Readonly<Record<string, Readonly<Record<string, Cell>>>>} Rows by feature and provider
 * @typedef {{
 *   readonly measured?: string
 *   readonly clients: readonly { readonly name: string, readonly packages: readonly string[] }[]
 *   readonly providers: readonly string[]
 *   readonly features: readonly string[]
 *   readonly rows: Readonly<Record<string, Rows>>
 * }} Table
 */

/**
 * The table of docs/clients.md, with its footnotes and the releases that were measured.
 *
 * @param {Table} table test/golden/clients/sdks.json or agents.json
 * @param {string} prefix of the footnotes' anchors, one for each table of the page
 */
export function clientsMarkdown({ measured, clients, providers, features, rows }, prefix) {
  const footnotes = createFootnotes(prefix)
  const lines = groupBy(clients, ({ name }) => JSON.stringify(rows[name])).flatMap((same) => {
    const own = rows[same[0]?.name ?? ''] ?? {}
    const names = joinNames(same.map(({ name }) => name))
    return groupBy(features, (feature) => JSON.stringify(own[feature])).map((alike, index) => [
      index === 0 ? names : '',
      alike.join(', '),
      ...providers.map((provider) => formatCell(own[alike[0] ?? '']?.[provider], footnotes.refer)),
    ])
  })
  const releases = [...new Set(clients.flatMap(({ packages }) => packages))].sort()
  return [
    table(['client', 'feature', ...providers.map((name) => `\`${name}\``)], lines, {
      leftColumns: 2 + providers.length,
    }),
    footnotes.markdown(),
    `Measured ${measured === undefined ? '' : `on ${measured} `}with ${releases.map((release) => `\`${release}\``).join(', ')}.`,
  ].join('\n\n')
}

/** @returns the groups of those with the same key, in the order of their first members. */
function groupBy(/** @type {readonly any[]} */ items, /** @type {(item: any) => string} */ keyOf) {
  /** @type {Map<string, any[]>} */
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups.values()]
}

/** `openai 6, Responses` and `openai 7, Responses` are `openai 6; openai 7, Responses`. */
function joinNames(/** @type {readonly string[]} */ names) {
  const parsed = names.map((name) => {
    const [client = name, api = ''] = name.split(/(?=, [^,]*$)/)
    return { client, api }
  })
  return groupBy(parsed, ({ api }) => api)
    .map((same) => `${same.map(({ client }) => client).join('; ')}${same[0].api}`)
    .join('; ')
}

function formatCell(/** @type {Cell | undefined} */ cell, /** @type {(text: string) => string} */ refer) {
  if (cell === undefined) return ''
  if (!('kind' in cell)) return `${formatOutcome(cell.whole, refer)} / ${formatOutcome(cell.streamed, refer)}`
  return formatOutcome(cell, refer)
}

function formatOutcome(/** @type {Outcome} */ outcome, /** @type {(text: string) => string} */ refer) {
  const remark = describe(outcome)
  const mark =
    outcome.kind === 'works'
      ? outcome.translation === null
        ? '✓'
        : '⇄'
      : outcome.kind === 'absent'
        ? '–'
        : '✗'
  return remark === '' ? mark : `${mark} ${refer(remark)}`
}

function describe(/** @type {Outcome} */ outcome) {
  switch (outcome.kind) {
    case 'works': {
      const { dropped, notes } = outcome
      const loss =
        dropped.length === 0 ? [] : [`dropped: ${dropped.map((field) => `\`${field}\``).join(', ')}`]
      return [...loss, ...notes].join('; ')
    }
    case 'refused':
      return `the ${outcome.by} refuses it: ${outcome.why}`
    case 'unreadable':
      return `the client cannot read what the provider sends: ${outcome.why.slice(0, 60)}`
    default:
      return outcome.why
  }
}

function createFootnotes(/** @type {string} */ prefix) {
  /** @type {string[]} */
  const texts = []
  return {
    /** A link to the footnote with this text. */
    refer(/** @type {string} */ text) {
      if (!texts.includes(text)) texts.push(text)
      const number = texts.indexOf(text) + 1
      return `[${number}](#${prefix}${number})`
    },
    markdown: () =>
      texts
        .map(
          (text, index) => `${index + 1}. <a id="${prefix}${index + 1}"></a>${text.replaceAll('|', '\\|')}`,
        )
        .join('\n'),
  }
}
