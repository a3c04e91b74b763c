import { formatFixed } from '../../../base/text/format/format-number.ts'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import { LineChart } from '../../../charts/line-chart/line-chart.tsx'
import { curveChart } from './curve-svg.ts'
import { htmlPage, ReportFigure, ReportTable } from './page.tsx'
import {
  categoriesTitle,
  type EvaluationReport,
  type ReportSection,
  reportSections,
} from './report-sections.ts'
import { comparisonText, reportNotes, reportTable } from './report-table.ts'
import { bestRouter, evaluationVerdict, formatPerThousand } from './verdict.ts'

/** Evaluations as one page that needs nothing else: verdict, choices, curve, and the numbers with how to read them. */
export function reportHtml(evaluations: readonly EvaluationReport[]): string {
  const [first] = evaluations
  const isSamePair = evaluations.every(
    ({ strong, weak }) => strong.model === first?.strong.model && weak.model === first.weak.model,
  )
  const title =
    isSamePair && first !== undefined
      ? `${first.strong.model} or ${first.weak.model}?`
      : 'Which model answers?'
  return htmlPage({
    title,
    style: evaluationStyle,
    body: [
      <h1 key="title">{title}</h1>,
      ...evaluations.map((evaluation, index) => <EvaluationSection key={index} evaluation={evaluation} />),
    ],
  })
}

function EvaluationSection({ evaluation }: { evaluation: EvaluationReport }) {
  const { benchmark, rows, contaminatedRows, strong, weak } = evaluation
  const left = contaminatedRows === 0 ? '' : `, ${contaminatedRows} contaminated left out`
  const [answer, ...more] = evaluationVerdict(evaluation)?.sentences ?? []
  const choices = choicesTable(evaluation)
  const sections = reportSections(evaluation)
  return (
    <section>
      <p class="quiet">
        {`${benchmark}: ${rows.toLocaleString('en-US')} rows${left}. ${strong.model} is the strong model, ${weak.model} the weak one.`}
      </p>
      {answer !== undefined && <p class="verdict">{answer}</p>}
      {more.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {choices !== undefined && (
        <>
          <h2>What each choice gives</h2>
          <ReportTable table={choices} />
        </>
      )}
      <h2>Score against the share of prompts sent to the strong model</h2>
      <ReportFigure
        draw={(width) => <LineChart {...curveChart(evaluation, width)} />}
        caption={figureCaption(evaluation)}
      />
      {sections.filter(isForReaders).map((each) => (
        <ExtraSection key={each.title} section={each} />
      ))}
      <details>
        <summary>Every router and baseline in numbers</summary>
        <Numbers evaluation={evaluation} />
        {sections
          .filter((each) => !isForReaders(each))
          .map((each) => (
            <ExtraSection key={each.title} section={each} />
          ))}
      </details>
    </section>
  )
}

function figureCaption({ metrics }: EvaluationReport): string {
  const shaded = metrics === 'exact' ? 'Shaded: 95 % interval. ' : ''
  return `${shaded}Numbers of the legend: APGR, the recovered part of the difference between the models; 0.5 is random.`
}

/** The models alone and the best router on its way between them, in dollars if both prices are known. */
function choicesTable(evaluation: EvaluationReport): TextTable | undefined {
  const { strong, weak, costs } = evaluation
  const best = bestRouter(evaluation)
  if (best === undefined) return undefined
  const gap = strong.score - weak.score
  const choices = [
    { name: `${weak.model} alone`, line: [weak.model, null] as const, calls: 0, score: weak.score },
    ...(['50', '80'] as const).map((percent) => ({
      name: `${best.name}, ${percent} % of the gap`,
      line: [best.name, Number(percent)] as const,
      calls: best.cpt[percent],
      score: weak.score + (Number(percent) / 100) * gap,
    })),
    { name: `${strong.model} alone`, line: [strong.model, null] as const, calls: 100, score: strong.score },
  ]
  const priced = choices.map(({ line: [name, gapPercent] }) =>
    costs?.lines.find((each) => each.name === name && each.gapPercent === gapPercent),
  )
  const hasPrices = priced.every((line) => typeof line?.usdPerQuery === 'number')
  return {
    headings: ['choice', 'to strong', 'score', ...(hasPrices ? ['$ per 1,000', 'saved'] : [])],
    rows: choices.map(({ name, calls, score }, index) => {
      const line = priced[index]
      const usd = typeof line?.usdPerQuery === 'number' ? line.usdPerQuery : 0
      const saved = line?.savingPercent
      const dollars = [formatPerThousand(usd), typeof saved === 'number' ? `${formatFixed(saved, 0)} %` : '–']
      return [name, `${formatFixed(calls, 0)} %`, formatFixed(score, 2), ...(hasPrices ? dollars : [])]
    }),
  }
}

/** The measures that evaluations are compared by, folded up: a reader of the verdict does not need them. */
function Numbers({ evaluation }: { evaluation: EvaluationReport }) {
  const { headings, rows } = reportTable(evaluation)
  const comparisons = evaluation.comparisons.filter(({ router, against }) => router !== against)
  return (
    <>
      <ReportTable
        table={{ headings, rows: rows.map(({ cells }) => cells) }}
        rowClass={(row) => rows[row]?.kind}
      />
      {reportNotes(evaluation).map((text) => (
        <p key={text} class="note">
          {text}
        </p>
      ))}
      {comparisons.length > 0 && (
        <ul>
          {comparisons.map((comparison, index) => (
            <li key={index}>{comparisonText(comparison)}</li>
          ))}
        </ul>
      )}
    </>
  )
}

/** The other sections have measures that the verdict does without. */
function isForReaders({ title }: ReportSection): boolean {
  return title === categoriesTitle
}

function ExtraSection({ section: { title, table, notes } }: { section: ReportSection }) {
  return (
    <>
      <h2>{title}</h2>
      <ReportTable table={table} />
      {notes.map((text) => (
        <p key={text} class="note">
          {text}
        </p>
      ))}
    </>
  )
}

const evaluationStyle = `
section + section { margin-top: 48px; border-top: 1px solid var(--line); padding-top: 20px }
h2 { margin-top: 32px }
.verdict { font-size: 19px; line-height: 1.4; font-weight: 600; margin: 14px 0 10px }
.baseline, .oracle { color: var(--quiet) }
.baseline th, .oracle th { font-weight: 400; font-style: italic }
.note { color: var(--quiet); font-size: 13px }
ul { font-size: 13px; font-variant-numeric: tabular-nums }
details { margin-top: 32px }
summary { cursor: pointer; font-weight: 600 }
@media screen and (max-width: 640px) {
  th, td { padding: 6px 5px; font-size: 13px }
  tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 96px }
}
@media print { details > * { display: block } }
`
