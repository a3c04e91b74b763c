import { toDisplayText } from '../../../base/text/display.ts'
import { formatCount } from '../../../base/text/format/format-number.ts'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import { Histogram } from '../../../charts/histogram.tsx'
import { LineChart } from '../../../charts/line-chart/line-chart.tsx'
import { Meter } from '../../../charts/meter.tsx'
import { htmlPage, ReportFigure, ReportTable } from '../../evaluation/reports/page.tsx'
import type { AuditReport } from '../audit-report.ts'
import type { ExamplePrompt } from '../survey/example-prompts.ts'
import { FirstScreen } from './first-screen.tsx'
import { reportStyle } from './report-style.ts'
import {
  assumptions,
  dimensionLabels,
  keptOutLine,
  modelTable,
  pairLine,
  requestsLine,
  segmentTable,
  simpleLine,
  thresholdTable,
} from './report-text.ts'
import { lossChart, savingsChart } from './savings-charts.ts'
import { winRateHistogram } from './win-rate-histogram.ts'

/**
 * An audit as one page that needs nothing else, for screens, phones and paper. Everything from the log is escaped, and
 * prompts are in the page only if the report has them.
 */
export function auditHtml(report: AuditReport): string {
  const names = fileNames(report)
  return htmlPage({
    title: `What routing would have saved: ${names}`,
    style: reportStyle,
    body: (
      <>
        <FirstScreen report={report} files={names} />
        <SavingSection report={report} />
        <WinRateSection report={report} />
        <LogSection report={report} />
        <SegmentSection report={report} />
        <ExampleSection report={report} />
        <RulesSection report={report} />
        <NotesSection report={report} />
      </>
    ),
  })
}

function fileNames({ files }: AuditReport): string {
  const [file = ''] = files
  return files.length === 1 ? toDisplayText(file, 80) : `${files.length} files`
}

type SectionProps = { readonly report: AuditReport }

function SavingSection({ report }: SectionProps) {
  const { curve, risk } = report
  if (curve.length < 2) return null
  return (
    <section>
      <h2>Saved, by threshold</h2>
      <p class="quiet">
        The router gives each request a win rate from 0 to 1: how likely it is that the strong model’s answer
        is the better one. Requests below a threshold go to the weak model, all others stay.
      </p>
      <ReportFigure
        draw={(width) => <LineChart {...savingsChart(report, width)} />}
        caption="Dollars that the log would have cost less. Shaded: 95 % interval."
      />
      {risk.kind === 'measured' && (
        <ReportFigure
          draw={(width) => {
            const chart = lossChart(report, width)
            return chart === undefined ? null : <LineChart {...chart} />
          }}
          caption={`Of ${formatCount(risk.labels)} labels, those that the weak model would answer and lose. Shaded: 95 % interval.`}
        />
      )}
      <AuditTable table={thresholdTable(report)} caption="What each threshold would have saved" />
    </section>
  )
}

function WinRateSection({ report }: SectionProps) {
  if (report.winRates.length === 0) return null
  return (
    <section>
      <h2>How simple the requests are</h2>
      <ReportFigure
        draw={(width) => <Histogram {...winRateHistogram(report, width)} />}
        caption={`${simpleLine(report)}. The router’s opinion, not a measurement.`}
      />
    </section>
  )
}

function LogSection({ report }: SectionProps) {
  const leftOut = keptOutLine(report)
  return (
    <section>
      <h2>What the log holds</h2>
      <p>{requestsLine(report)}.</p>
      <p>Pair: {pairLine(report)}.</p>
      {leftOut !== undefined && <p>Left out of the saving: {leftOut}.</p>}
      <AuditTable table={modelTable(report)} caption="Requests and dollars by model" />
    </section>
  )
}

function SegmentSection({ report: { segments, chosen } }: SectionProps) {
  if (segments.length === 0) return null
  return (
    <section>
      <h2>By segment</h2>
      <p class="quiet">Simple and saved are at threshold {chosen.threshold}.</p>
      {segments.map((table) => {
        const { headings, rows } = segmentTable(table)
        return (
          <ReportTable
            key={table.dimension}
            table={{ headings, rows }}
            caption={`By ${dimensionLabels[table.dimension]}`}
            decoration={(row, column) =>
              column === 3 ? <Meter share={table.segments[row]?.simpleShare ?? 0} /> : null
            }
          />
        )
      })}
    </section>
  )
}

function ExampleSection({ report: { examples } }: SectionProps) {
  if (examples === undefined) return null
  return (
    <section>
      <h2>Prompts</h2>
      <ExampleList title="Simplest" prompts={examples.simplest} />
      <ExampleList title="Hardest" prompts={examples.hardest} />
    </section>
  )
}

/** `bdi` keeps a prompt in Arabic or Hebrew from reversing the text around it. */
function ExampleList({ title, prompts }: { title: string; prompts: readonly ExamplePrompt[] }) {
  return (
    <>
      <h3>{title}</h3>
      <ol class="prompts">
        {prompts.map(({ prompt, strongWinRate }, index) => (
          <li key={index}>
            <span class="winrate">{strongWinRate.toFixed(3)}</span> <bdi>{prompt}</bdi>
          </li>
        ))}
      </ol>
    </>
  )
}

const outcomes = {
  for: ['✓', 'for'],
  against: ['✗', 'against'],
  open: ['○', 'open'],
} as const

function RulesSection({ report: { verdict } }: SectionProps) {
  return (
    <section>
      <h2>How the verdict is reached</h2>
      <ul class="rules">
        {verdict.rules.map(({ outcome, text }, index) => {
          const [sign, meaning] = outcomes[outcome]
          return (
            <li key={index} class={outcome}>
              <span class="sign" role="img" aria-label={meaning}>
                {sign}
              </span>
              <span>{text}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function NotesSection({ report }: SectionProps) {
  const { unreadable, firstUnreadable } = report.rows
  return (
    <section>
      <h2>Assumptions</h2>
      <ul>
        {assumptions(report).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {unreadable > 0 && (
        <>
          <h3>{formatCount(unreadable)} rows that could not be read</h3>
          <ul>
            {firstUnreadable.map(({ place, reason }) => (
              <li key={place}>{toDisplayText(`${place} ${reason}`, 300)}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** A table in which the rows of marked thresholds are highlighted. */
function AuditTable({ table, caption }: { table: TextTable; caption: string }) {
  return (
    <ReportTable
      table={table}
      caption={caption}
      rowClass={(row) => (/[●◆]/.test(table.rows[row]?.[0] ?? '') ? 'marked' : undefined)}
    />
  )
}
