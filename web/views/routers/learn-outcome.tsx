import type { ComponentChildren } from 'preact'
import { formatFixed } from '../../../src/base/text/format/format-number.ts'
import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import type { LearnResult } from '../../../src/jobs/learn/result.ts'
import type { CommandRun } from '../../../src/server/admin/actions/command-run.ts'
import type { LearnAsked } from '../../../src/server/admin/actions/learn-actions.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatTime, formatUsd, formatUsdInterval } from '../../ui/format.ts'
import { MessageText } from '../../ui/message-text.tsx'
import { type Column, RowTable } from '../../ui/table/row-table.tsx'

type Ended = Exclude<CommandRun<LearnAsked, LearnResult>, { readonly state: 'running' }>

const titles: Readonly<Record<LearnResult['outcome'], string>> = {
  promoted: 'Promoted',
  canary: 'On trial',
  refused: 'Not promoted',
  'canary-promoted': 'The canary is promoted',
  'canary-removed': 'The canary is removed',
  'canary-running': 'The canary goes on',
  'rolled-back': 'Rolled back',
  'nothing-to-roll-back': 'Nothing to roll back',
}

/** What became of the last run. */
export function LearnOutcome({ run }: { run: Ended }) {
  const { asked, endedAt } = run
  return (
    <div class="stack outcome">
      <p class="small quiet">
        {asked.isDryRun ? 'Comparison' : 'Run'} for <ForeignText text={asked.policy} />, ended{' '}
        {formatTime(endedAt)}
      </p>
      {run.state === 'cancelled' && <p>Cancelled. Nothing was changed.</p>}
      {run.state === 'failed' && (
        <p class="bad" role="alert">
          It failed: <MessageText text={run.problem} />
        </p>
      )}
      {run.state === 'done' && <Result result={run.result} />}
    </div>
  )
}

function Result({ result }: { result: LearnResult }) {
  const { outcome, promoted, dryRun, why, labels, comparison, candidate } = result
  const title = dryRun ? (promoted ? 'It would be promoted' : 'It would not be promoted') : titles[outcome]
  return (
    <>
      <p class={`figure ${promoted ? 'good' : ''}`}>{title}</p>
      {promoted && comparison !== null && comparison.usd.interval[1] >= 0 && (
        <p>
          It was not shown to be cheaper, and need not be: the router in service was shown to lose more
          requests than <code>learn.maxLoss</code> allows, and the new one to keep the promise and to be as
          good.
        </p>
      )}
      <p>
        <MessageText text={why} most={1000} />
        {candidate === null && labels !== null && (
          <>
            {' '}
            <Link href="/label">Label requests</Link>
          </>
        )}
      </p>
      {labels !== null && (
        <p class="small quiet">
          {formatCount(labels.total)} labelled requests: {formatCount(labels.training.requests)} to train on,{' '}
          {formatCount(labels.calibration.requests)} for the threshold,{' '}
          {formatCount(labels.comparison.requests)} for the comparison.
        </p>
      )}
      {comparison !== null && <Comparison comparison={comparison} />}
      {candidate !== null && (
        <p class="small">
          <ForeignText text={candidate.router} /> at the threshold {formatSetting(candidate.threshold)}: at
          most {formatShare(candidate.certificate.maxLoss)} of requests are lost,{' '}
          {formatShare(candidate.certificate.confidence)} sure, from{' '}
          {formatCount(candidate.certificate.labels)} labels, until {candidate.certificate.validUntil}.
        </p>
      )}
    </>
  )
}

type ComparisonRow = {
  readonly key: 'in-service' | 'candidate' | 'difference'
  readonly caption: ComponentChildren
  readonly quality: string
  readonly usd: string
  readonly strongCalls: string
}

const comparisonColumns: readonly Column<ComparisonRow>[] = [
  { title: 'A session with', place: 'lead', cell: ({ caption }) => caption },
  { title: 'Quality', isNumber: true, cell: ({ quality }) => quality },
  { title: 'Dollars', isNumber: true, cell: ({ usd }) => usd },
  { title: 'Strong calls', isNumber: true, cell: ({ strongCalls }) => strongCalls },
]

/** As `routellm learn` prints it. */
function Comparison({
  comparison: { candidate, inService, quality, usd, sessions },
}: {
  comparison: NonNullable<LearnResult['comparison']>
}) {
  const thresholds = [candidate.threshold, inService.threshold]
  const toRow = (
    key: ComparisonRow['key'],
    { router, threshold, quality: mean, usd: spent, strongCallFraction }: typeof candidate,
  ): ComparisonRow => ({
    key,
    caption: (
      <span>
        <ForeignText text={router} most={32} />{' '}
        <span class="quiet">at {formatSetting(threshold, thresholds)}</span>
      </span>
    ),
    quality: formatFixed(mean, 3),
    usd: formatUsd(spent),
    strongCalls: formatShare(strongCallFraction),
  })
  const difference: ComparisonRow = {
    key: 'difference',
    caption: (
      <span>
        difference <span class="quiet">on {formatCount(sessions)} held-out sessions</span>
      </span>
    ),
    quality: `${formatSigned(quality.value)} (${formatSigned(quality.interval[0])} to ${formatSigned(quality.interval[1])})`,
    usd: `${usd.value > 0 ? '+' : ''}${formatUsdInterval(usd.value, [usd.interval[0], usd.interval[1]])}`,
    strongCalls: formatPoints(candidate.strongCallFraction - inService.strongCallFraction),
  }
  return (
    <RowTable
      name="comparison"
      isBare
      columns={comparisonColumns}
      rows={[toRow('in-service', inService), toRow('candidate', candidate), difference]}
      keyOf={({ key }) => key}
    />
  )
}

function formatSigned(value: number): string {
  const text = formatFixed(value, 3)
  return Number(text) === 0 || value < 0 ? text : `+${text}`
}

function formatPoints(share: number): string {
  const points = Math.round(100 * share)
  return `${points < 0 ? '−' : '+'}${Math.abs(points)} points`
}
