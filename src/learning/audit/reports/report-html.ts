import { escapeMarkup, toDisplayText } from '../../../base/text/display.ts'
import {
  formatCount,
  formatPercent,
  formatRange,
  formatRatio,
  formatUsd,
} from '../../../base/text/format/format-number.ts'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import { htmlPage, htmlTable } from '../../evaluation/reports/page.ts'
import type { AuditReport } from '../audit-report.ts'
import type { ExamplePrompt } from '../survey/example-prompts.ts'
import { reportStyle } from './report-style.ts'
import {
  answerLabels,
  assumptions,
  dimensionLabels,
  keptOutLine,
  modelTable,
  paidLine,
  pairLine,
  requestsLine,
  riskLine,
  segmentTable,
  simpleLine,
  thresholdTable,
} from './report-text.ts'
import { type ChartSize, lossChart, savingsChart, shareBar, winRateChart } from './savings-chart.ts'

/**
 * An audit as one page that needs nothing else, for screens, phones and paper. Everything from the log is escaped, and
 * prompts are in the page only if the report has them.
 */
export function auditHtml(report: AuditReport): string {
  const title = `What routing would have saved: ${fileNames(report)}`
  return htmlPage({
    title,
    style: reportStyle,
    body: [
      header(report),
      verdictSection(report),
      figures(report),
      nextSection(report),
      ...savingSection(report),
      ...winRateSection(report),
      modelSection(report),
      ...segmentSections(report),
      ...exampleSection(report),
      rulesSection(report),
      notesSection(report),
    ],
  })
}

function fileNames({ files }: AuditReport): string {
  const [file = ''] = files
  return files.length === 1 ? toDisplayText(file, 80) : `${files.length} files`
}

function header(report: AuditReport): string {
  const { format, period, router } = report
  const days = period === null ? 'no times' : `${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`
  return (
    '<header><h1>What routing would have saved</h1>' +
    `<p class="muted">${escapeMarkup(`${fileNames(report)} · read as ${format} · ${days} · router ${router}`)}</p></header>`
  )
}

function verdictSection(report: AuditReport): string {
  const { verdict } = report
  return (
    `<section class="verdict ${verdict.answer}" aria-label="Verdict"><p class="answer">${answerLabels[verdict.answer]}</p>` +
    `${modelsParagraph(report)}<p>${flowing(verdict.summary)}</p></section>`
  )
}

/** The two models, and how much cheaper the weak one is. */
function modelsParagraph({ pair }: AuditReport): string {
  if (pair === null) return ''
  const name = (model: string) => `<bdi>${escapeMarkup(toDisplayText(model))}</bdi>`
  const ratio =
    pair.priceRatio === null
      ? ''
      : `<p class="muted">The first is ${formatRatio(pair.priceRatio)} times as expensive as the second.</p>`
  return `<p class="models">${name(pair.strong)} <span aria-hidden="true">→</span><span class="unseen">to</span> ${name(pair.weak)}</p>${ratio}`
}

/** Escaped text in which a number keeps its unit on the line. */
function flowing(text: string): string {
  return escapeMarkup(text.replaceAll(/(\d) %/g, '$1\u00a0%'))
}

type Card = readonly [name: string, figure: string, detail: string]

function figures(report: AuditReport): string {
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
  return `<dl class="cards">${cards
    .map(
      ([name, figure, detail]) =>
        `<div><dt>${name}</dt><dd class="figure">${escapeMarkup(figure)}</dd><dd>${flowing(detail)}</dd></div>`,
    )
    .join('')}</dl>`
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
function nextSection(report: AuditReport): string {
  const { text, command } = nextStep(report)
  const code = command === undefined ? '' : `<pre><code>${escapeMarkup(command)}</code></pre>`
  return `<section class="next"><h2>What to do next</h2>${code}<p>${escapeMarkup(text)}</p></section>`
}

function nextStep({ verdict, router, chosen, files }: AuditReport): {
  readonly text: string
  readonly command?: string
} {
  const sample = `routellm audit ${files.map((file) => toDisplayText(file, 80)).join(' ')} --sample-to-label to-label.jsonl`
  switch (verdict.answer) {
    case 'yes':
      return {
        command: `routellm route 'One of your prompts' --router ${toDisplayText(router, 80)} --threshold ${chosen.threshold}`,
        text: `Try it on prompts of your own. Then serve it and ask for the model router-${toDisplayText(router, 80)}-${chosen.threshold}, first for a small part of the traffic (docs/adopting.md, step 6).`,
      }
    case 'measure-first':
      return {
        command: sample,
        text: 'It draws requests to label. Label them (docs/adopting.md, step 2) and run the audit again with --labels labels.jsonl: then the risk is measured.',
      }
    case 'no':
      return {
        text: 'Nothing to do now. The rules below say why; docs/adopting.md says what could change the verdict.',
      }
    case 'unknown':
      return {
        text: 'Name the models with --strong-model and --weak-model, and give their prices with --prices (docs/audit.md).',
      }
  }
}

const screen: ChartSize = { width: 760, height: 320 }
const phone: ChartSize = { width: 360, height: 270 }

function chartFigure(draw: (size: ChartSize) => string, caption: string): string {
  return `<figure><div class="wide">${draw(screen)}</div><div class="narrow">${draw(phone)}</div><figcaption>${escapeMarkup(caption)}</figcaption></figure>`
}

function savingSection(report: AuditReport): string[] {
  if (report.curve.length < 2) return []
  return [
    '<section><h2>Saved, by threshold</h2>',
    '<p class="muted">The router gives each request a win rate from 0 to 1: how likely it is that the strong model’s answer is the better one. Requests below a threshold go to the weak model, all others stay.</p>',
    chartFigure(
      (size) => savingsChart(report, size),
      'Dollars that the log would have cost less. Shaded: 95 % interval.',
    ),
    ...(report.risk.kind === 'unknown'
      ? []
      : [
          chartFigure(
            (size) => lossChart(report, size),
            `Of ${formatCount(report.risk.labels)} labels, those that the weak model would answer and lose. Shaded: 95 % interval.`,
          ),
        ]),
    tableHtml(thresholdTable(report), 'What each threshold would have saved'),
    '</section>',
  ]
}

function winRateSection(report: AuditReport): string[] {
  if (report.winRates.length === 0) return []
  return [
    '<section><h2>How simple the requests are</h2>',
    chartFigure(
      (size) => winRateChart(report, size),
      `${simpleLine(report)}. The router’s opinion, not a measurement.`,
    ),
    '</section>',
  ]
}

function modelSection(report: AuditReport): string {
  const leftOut = keptOutLine(report)
  return [
    '<section><h2>What the log holds</h2>',
    `<p>${escapeMarkup(requestsLine(report))}.</p>`,
    `<p>Pair: ${escapeMarkup(pairLine(report))}.</p>`,
    ...(leftOut === undefined ? [] : [`<p>Left out of the saving: ${escapeMarkup(leftOut)}.</p>`]),
    tableHtml(modelTable(report), 'Requests and dollars by model'),
    '</section>',
  ].join('\n')
}

function segmentSections(report: AuditReport): string[] {
  if (report.segments.length === 0) return []
  return [
    `<section><h2>By segment</h2><p class="muted">Simple and saved are at threshold ${report.chosen.threshold}.</p><div class="segments">`,
    ...report.segments.map((table) => {
      const { headings, rows } = segmentTable(table)
      return tableHtml({ headings, rows }, `By ${dimensionLabels[table.dimension]}`, (row, column) =>
        column === 3 ? shareBar(table.segments[row]?.simpleShare ?? 0) : '',
      )
    }),
    '</div></section>',
  ]
}

function exampleSection({ examples }: AuditReport): string[] {
  if (examples === undefined) return []
  return [
    '<section><h2>Prompts</h2><div class="segments">',
    exampleList('Simplest', examples.simplest),
    exampleList('Hardest', examples.hardest),
    '</div></section>',
  ]
}

/** `bdi` keeps a prompt in Arabic or Hebrew from reversing the text around it. */
function exampleList(title: string, prompts: readonly ExamplePrompt[]): string {
  const items = prompts.map(
    ({ prompt, strongWinRate }) =>
      `<li><span class="winrate">${strongWinRate.toFixed(3)}</span> <bdi>${escapeMarkup(prompt)}</bdi></li>`,
  )
  return `<div><h3>${title}</h3><ol class="prompts">${items.join('')}</ol></div>`
}

const outcomes = {
  for: ['✓', 'for'],
  against: ['✗', 'against'],
  open: ['○', 'open'],
} as const

function rulesSection({ verdict }: AuditReport): string {
  const items = verdict.rules.map(({ outcome, text }) => {
    const [sign, meaning] = outcomes[outcome]
    return `<li class="${outcome}"><span class="sign" role="img" aria-label="${meaning}">${sign}</span><span>${escapeMarkup(text)}</span></li>`
  })
  return `<section><h2>How the verdict is reached</h2><ul class="rules">${items.join('')}</ul></section>`
}

function notesSection(report: AuditReport): string {
  const { unreadable, firstUnreadable } = report.rows
  return [
    '<section><h2>Assumptions</h2><ul>',
    ...assumptions(report).map((sentence) => `<li>${escapeMarkup(sentence)}</li>`),
    '</ul>',
    ...(unreadable === 0
      ? []
      : [
          `<h3>${formatCount(unreadable)} rows that could not be read</h3><ul>`,
          ...firstUnreadable.map(
            ({ place, reason }) => `<li>${escapeMarkup(toDisplayText(`${place} ${reason}`, 300))}</li>`,
          ),
          '</ul>',
        ]),
    '</section>',
  ].join('\n')
}

function tableHtml(
  table: TextTable,
  caption: string,
  decoration: (row: number, column: number) => string = () => '',
): string {
  return htmlTable(table, {
    caption,
    decoration,
    rowClass: (row) => (/[●◆]/.test(table.rows[row]?.[0] ?? '') ? 'marked' : undefined),
  })
}
