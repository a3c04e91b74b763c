import type { ComponentChildren } from 'preact'
import type { SessionTurn } from '../../../../src/server/admin/api/sessions/routes.ts'
import { Link } from '../../../app/link.tsx'
import { describeDecision } from '../../../decision/words/describe-decider.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatExactTime, formatMs, formatShare, formatUsd } from '../../../ui/format.ts'
import { findCachedShare } from './lanes.ts'

type TurnCardProps = {
  readonly turn: SessionTurn
  readonly index: number
  readonly before: SessionTurn | null
}

/** The chosen turn. */
export function TurnCard({ turn, index, before }: TurnCardProps) {
  const { id, time, status, model, effort, task, tokens, usd, totalMs, costs } = turn
  return (
    <section class="card" aria-live="polite">
      <h2>
        <span>Turn {index + 1}</span>
        <Link href={`/requests/${encodeURIComponent(id)}`}>Open its trace</Link>
      </h2>
      <dl class="definitions">
        <Fact title="Time">
          {formatExactTime(time)}
          {before !== null && `, ${formatMs(Math.max(0, time - before.time))} after the turn before`}
        </Fact>
        <Fact title="Model">
          {model === null ? 'none was called' : <ForeignText text={model} most={60} />}
          {effort !== null && `, effort ${escapeInvisible(effort)}`}
          {status >= 400 && <span class="bad"> status {status}</span>}
        </Fact>
        <Fact title="Decided by">
          <Decision turn={turn} />
        </Fact>
        {task !== null && <Fact title="Kind of work">{escapeInvisible(task)}</Fact>}
        <Fact title="Prompt">
          {tokens === null
            ? 'tokens not reported'
            : `${formatCount(tokens.input)} tokens, ${formatShare(findCachedShare(turn))} from a cache`}
        </Fact>
        {tokens !== null && <Fact title="Reply">{formatCount(tokens.output)} tokens</Fact>}
        <Fact title="Cost">{usd === null ? 'not known' : formatUsd(usd)}</Fact>
        {costs?.saving.kind === 'counted' && (
          <Fact title="Baseline">
            {formatUsd(costs.saving.baselineUsd)} with <ForeignText text={costs.saving.baseline} most={40} />
          </Fact>
        )}
        <Fact title="Time taken">{formatMs(totalMs)}</Fact>
        {costs !== null && costs.switch !== null && (
          <Fact title="Switch">
            from <ForeignText text={costs.switch.from} most={40} />: {formatCount(costs.switch.coldTokens)}{' '}
            tokens not in the new model’s cache,{' '}
            {costs.switch.coldUsd === null ? 'price not known' : formatUsd(costs.switch.coldUsd)}
          </Fact>
        )}
      </dl>
    </section>
  )
}

/** Who decided, and for requests of versions that did not record it, that it is inferred. */
function Decision({ turn }: { turn: SessionTurn }) {
  const { decidedBy, sessionDecision, strongWinRate, threshold } = turn
  const score =
    strongWinRate === null
      ? ''
      : `; win rate ${strongWinRate.toFixed(3)}${threshold === null ? '' : ` against ${threshold.toFixed(3)}`}`
  return (
    <>
      <ForeignText text={`${describeDecision(turn)}${score}`} most={500} />
      {decidedBy.kind === 'session' && sessionDecision === null && (
        <span class="quiet"> (inferred: the server did not record it yet)</span>
      )}
    </>
  )
}

function Fact({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  )
}
