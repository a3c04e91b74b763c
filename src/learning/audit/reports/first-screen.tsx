import { toDisplayText } from '../../../base/text/display.ts'
import {
  formatPercent,
  formatRange,
  formatRatio,
  formatUsd,
} from '../../../base/text/format/format-number.ts'
import type { AuditReport } from '../audit-report.ts'
import { findNextStep } from './next-step.ts'
import { answerLabels, paidLine, riskLine, simpleLine } from './report-text.ts'

/** The verdict, the two models, dollars a month, the risk, and what to do next. */
export function FirstScreen({ report, files }: { report: AuditReport; files: string }) {
  const { format, period, router, verdict } = report
  const days = period === null ? 'no times' : `${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`
  return (
    <>
      <header>
        <h1>What routing would have saved</h1>
        <p class="quiet">{`${files} · read as ${format} · ${days} · router ${router}`}</p>
      </header>
      <section class={`verdict ${verdict.answer}`} aria-label="Verdict">
        <p class="answer">{answerLabels[verdict.answer]}</p>
        <Models report={report} />
        <p>{keepUnits(verdict.summary)}</p>
      </section>
      <Figures report={report} />
      <Next report={report} />
    </>
  )
}

/** The two models, and how much cheaper the weak one is. */
function Models({ report: { pair } }: { report: AuditReport }) {
  if (pair === null) return null
  return (
    <>
      <p class="models">
        <bdi>{toDisplayText(pair.strong)}</bdi> <span aria-hidden="true">→</span>
        <span class="unseen">to</span> <bdi>{toDisplayText(pair.weak)}</bdi>
      </p>
      {pair.priceRatio !== null && (
        <p class="quiet">The first is {formatRatio(pair.priceRatio)} times as expensive as the second.</p>
      )}
    </>
  )
}

type Card = readonly [name: string, figure: string, detail: string]

function Figures({ report }: { report: AuditReport }) {
  const { paid, simple, risk } = report
  const cards: readonly Card[] = [
    savedCard(report),
    [
      'Risk',
      riskFigure(report),
      risk.kind === 'unknown' ? 'how often answers get worse is unknown without labels' : riskLine(report),
    ],
    [
      'Paid',
      paid.usd === 0 && paid.unknown > 0 ? '?' : formatUsd(paid.usd),
      paidLine(report).replace(/^[^ ]+ /, ''),
    ],
    ['Simple requests', formatPercent(simple.share), simpleLine(report).replace(/^.*?: /, '')],
  ]
  return (
    <dl class="cards">
      {cards.map(([name, figure, detail]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="figure">{figure}</dd>
          <dd>{keepUnits(detail)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Dollars a month if the log spans a day, else of the whole log. */
function savedCard({ chosen, thresholds, intervals }: AuditReport): Card {
  const line = thresholds.find(({ threshold }) => threshold === chosen.threshold)
  if (line === undefined) return ['Would have saved', '–', 'nothing to route']
  const { savedUsdPerMonth, savedUsdPerMonthInterval, savedUsd, savedUsdInterval, savedShare } = line
  const isOfMonth = savedUsdPerMonth !== null && savedUsdPerMonthInterval !== null
  const interval = formatRange(isOfMonth ? savedUsdPerMonthInterval : savedUsdInterval, formatUsd)
  const scope = intervals.resampled === 'requests' ? ' for this traffic only' : ''
  const share = savedShare === null ? '' : `; ${formatPercent(savedShare)} of what was paid`
  const whole = isOfMonth ? `; ${formatUsd(savedUsd)} in this log` : ''
  return [
    isOfMonth ? 'Saved a month' : 'Would have saved',
    formatUsd(isOfMonth ? savedUsdPerMonth : savedUsd),
    `95 % interval${scope} ${interval}${share}${whole}`,
  ]
}

function riskFigure({ risk }: AuditReport): string {
  if (risk.kind === 'unknown') return '?'
  return risk.guarantee.possible ? `≤ ${formatPercent(risk.guarantee.bound)}` : 'too high'
}

/** What to do next, with a command if there is one. */
function Next({ report }: { report: AuditReport }) {
  const { text, command } = findNextStep(report)
  return (
    <section class="next">
      <h2>What to do next</h2>
      {command !== undefined && (
        <pre>
          <code>{command}</code>
        </pre>
      )}
      <p>{text}</p>
    </section>
  )
}

/** A number keeps its unit on the line. */
function keepUnits(text: string): string {
  return text.replaceAll(/(\d) %/g, '$1\u00a0%')
}
