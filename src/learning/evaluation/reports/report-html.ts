import { escapeMarkup } from '../../../base/text/display.ts'
import { curveSvg } from './curve-svg.ts'
import { htmlPage, htmlTable } from './page.ts'
import { type EvaluationReport, type ReportSection, reportSections } from './report-sections.ts'
import { comparisonText, reportNotes, reportTable } from './report-table.ts'

/** Evaluations as one page that needs nothing else: curve, table, comparisons and how to read them. */
export function reportHtml(evaluations: readonly EvaluationReport[]): string {
  const title = `Routers on ${evaluations.map(({ benchmark }) => benchmark).join(', ')}`
  return htmlPage({
    title,
    style: evaluationStyle,
    body: [`<h1>${escapeMarkup(title)}</h1>`, ...evaluations.map(section)],
  })
}

function section(evaluation: EvaluationReport): string {
  const { headings, rows } = reportTable(evaluation)
  return [
    '<section>',
    `<h2>${escapeMarkup(evaluation.benchmark)}</h2>`,
    `<figure>${curveSvg(evaluation)}</figure>`,
    htmlTable({ headings, rows: rows.map(({ cells }) => cells) }, { rowClass: (row) => rows[row]?.kind }),
    ...reportNotes(evaluation).map(note),
    ...(evaluation.comparisons.length === 0
      ? []
      : [
          '<ul>',
          ...evaluation.comparisons.map(
            (comparison) => `<li>${escapeMarkup(comparisonText(comparison))}</li>`,
          ),
          '</ul>',
        ]),
    ...reportSections(evaluation).flatMap(extraSection),
    '</section>',
  ].join('\n')
}

function extraSection({ title, table, notes }: ReportSection): string[] {
  return [`<h3>${escapeMarkup(title)}</h3>`, htmlTable(table), ...notes.map(note)]
}

function note(text: string): string {
  return `<p class="note">${escapeMarkup(text)}</p>`
}

const evaluationStyle = `
figure { padding: 0; overflow: hidden }
.baseline, .oracle { background: var(--faint) }
.baseline th, .oracle th { font-weight: 400; font-style: italic }
.note { color: var(--muted); font-size: 13px }
ul { font-size: 13px; font-variant-numeric: tabular-nums }
`
