import { escapeMarkup } from '../../../base/text/display.ts'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import { pageColours } from './palette.ts'

/**
 * A page that needs nothing else: no script, no font, no request, and a policy that forbids all three. Light or dark as
 * the reader's system is.
 *
 * @param title plain text. @param body HTML. @param style rules besides those that all pages share.
 */
export function htmlPage(page: {
  readonly title: string
  readonly style: string
  readonly body: readonly string[]
}): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="robots" content="noindex">',
    `<title>${escapeMarkup(page.title)}</title>`,
    `<style>${sharedStyle}${page.style}</style>`,
    '</head>',
    '<body><main>',
    ...page.body,
    '</main></body>',
    '</html>',
    '',
  ].join('\n')
}

export type TableLook = {
  /** Above the table, for readers who do not see the heading. */
  readonly caption?: string
  /** Class of a row's element. */
  readonly rowClass?: (row: number) => string | undefined
  /** HTML after the text of a cell. */
  readonly decoration?: (row: number, column: number) => string
}

/** A table whose first column heads its rows. It scrolls sideways if it is wider than the page. */
export function htmlTable({ headings, rows }: TextTable, look: TableLook = {}): string {
  const { caption, rowClass = () => undefined, decoration = () => '' } = look
  return [
    '<div class="scroll" tabindex="0"><table>',
    ...(caption === undefined ? [] : [`<caption>${escapeMarkup(caption)}</caption>`]),
    `<thead><tr>${headings.map((heading) => `<th scope="col">${escapeMarkup(heading)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(([name = '', ...cells], row) => {
      const kind = rowClass(row)
      return (
        `<tr${kind === undefined ? '' : ` class="${kind}"`}><th scope="row"><bdi>${escapeMarkup(name)}</bdi></th>` +
        `${cells.map((cell, index) => `<td>${escapeMarkup(cell)}${decoration(row, index + 1)}</td>`).join('')}</tr>`
      )
    }),
    '</tbody></table></div>',
  ].join('\n')
}

const sharedStyle = `
:root { ${pageColours.light} }
@media (prefers-color-scheme: dark) { :root { ${pageColours.dark} } }
@media print { :root { ${pageColours.paper} } }
* { box-sizing: border-box }
body { margin: 0; background: var(--background); color: var(--text); font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
main { max-width: 880px; margin: 0 auto; padding: 32px 20px 72px }
h1 { font-size: 27px; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 4px }
h2 { font-size: 18px; margin: 44px 0 8px; letter-spacing: -.01em }
h3 { font-size: 14px; margin: 20px 0 6px }
p { margin: 6px 0; overflow-wrap: anywhere }
ul, ol { margin: 6px 0; padding-left: 20px }
li { margin: 4px 0; overflow-wrap: anywhere }
.muted, figcaption { color: var(--muted) }
figure { margin: 10px 0 14px; padding: 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px }
figure svg { width: 100%; height: auto; display: block; font-variant-numeric: tabular-nums }
figcaption { font-size: 13px; margin-top: 6px }
.scroll { overflow-x: auto; margin: 8px 0 }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--muted); font-size: 13px; padding: 4px 0 }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th:first-child { text-align: left; padding-left: 2px }
thead th { color: var(--muted); font-weight: 600; font-size: 12.5px }
tbody th { font-weight: 600; max-width: 260px; overflow: hidden; text-overflow: ellipsis }
@media print {
  main { max-width: none; padding: 0 }
  section, figure, .scroll { break-inside: avoid }
  .scroll { overflow: visible }
}
`
