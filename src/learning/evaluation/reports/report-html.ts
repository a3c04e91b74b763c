import { curveSvg, escapeXml } from './curve-svg.ts'
import { type EvaluationReport, type ReportSection, reportSections } from './report-sections.ts'
import { comparisonText, reportNotes, reportTable } from './report-table.ts'

/**
 * An evaluation as one page that needs nothing else: curve, table, comparisons and how to read them. No script, no
 * font, no request; light or dark as the reader's system is.
 */
export function reportHtml(evaluations: readonly EvaluationReport[]): string {
  const names = evaluations.map(({ benchmark }) => benchmark).join(', ')
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>Routers on ${escapeXml(names)}</title>`,
    `<style>${pageStyle}</style>`,
    '</head>',
    '<body><main>',
    `<h1>Routers on ${escapeXml(names)}</h1>`,
    ...evaluations.map(section),
    '</main></body>',
    '</html>',
    '',
  ].join('\n')
}

function section(evaluation: EvaluationReport): string {
  const { headings, rows } = reportTable(evaluation)
  return [
    '<section>',
    `<h2>${escapeXml(evaluation.benchmark)}</h2>`,
    `<figure>${curveSvg(evaluation)}</figure>`,
    '<div class="scroll"><table>',
    `<thead><tr>${headings.map((heading) => `<th scope="col">${escapeXml(heading)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(
      ({ kind, cells: [name = '', ...numbers] }) =>
        `<tr class="${kind}"><th scope="row">${escapeXml(name)}</th>` +
        `${numbers.map((number) => `<td>${escapeXml(number)}</td>`).join('')}</tr>`,
    ),
    '</tbody></table></div>',
    ...reportNotes(evaluation).map((note) => `<p class="note">${escapeXml(note)}</p>`),
    ...(evaluation.comparisons.length === 0
      ? []
      : [
          '<ul>',
          ...evaluation.comparisons.map((comparison) => `<li>${escapeXml(comparisonText(comparison))}</li>`),
          '</ul>',
        ]),
    ...reportSections(evaluation).flatMap(extraSection),
    '</section>',
  ].join('\n')
}

function extraSection({ title, table: { headings, rows }, notes }: ReportSection): string[] {
  return [
    `<h3>${escapeXml(title)}</h3>`,
    '<div class="scroll"><table>',
    `<thead><tr>${headings.map((heading) => `<th scope="col">${escapeXml(heading)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(
      ([name = '', ...cells]) =>
        `<tr><th scope="row">${escapeXml(name)}</th>` +
        `${cells.map((cell) => `<td>${escapeXml(cell)}</td>`).join('')}</tr>`,
    ),
    '</tbody></table></div>',
    ...notes.map((note) => `<p class="note">${escapeXml(note)}</p>`),
  ]
}

const pageStyle = `
:root { --background: #ffffff; --text: #1c2128; --muted: #59636e; --line: #d5dae0; --shade: #f4f6f8 }
@media (prefers-color-scheme: dark) {
  :root { --background: #0f141a; --text: #e6edf3; --muted: #9aa7b4; --line: #2c3540; --shade: #171e26 }
}
body { margin: 0; background: var(--background); color: var(--text); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 900px; margin: 0 auto; padding: 24px 20px 60px }
h1 { font-size: 24px; margin: 0 0 8px }
h2 { font-size: 18px; margin: 36px 0 4px }
h3 { font-size: 15px; margin: 24px 0 4px }
p { margin: 4px 0 }
figure { margin: 16px 0 }
figure svg { width: 100%; height: auto; display: block; border: 1px solid var(--line); border-radius: 8px }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; margin: 8px 0 16px }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th:first-child { text-align: left }
thead th { color: var(--muted); font-weight: 600 }
tbody th { font-weight: 600 }
.baseline, .oracle { background: var(--shade) }
.baseline th, .oracle th { font-weight: 400; font-style: italic }
.note { color: var(--muted); font-size: 13px }
ul { margin: 4px 0; padding-left: 20px; font-size: 13px; font-variant-numeric: tabular-nums }
`
