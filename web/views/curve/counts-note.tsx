import { leastUnits } from '../../../src/base/math/statistics/few-units.ts'
import type { CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatUsd } from '../../ui/format.ts'
import { Command } from '../../ui/states.tsx'

/** What the curve counts, what it takes for granted, and which labels are missing. */
export function CountsNote({ answer }: { answer: CurveAnswer }) {
  const { requests, held, unscored, unpriced, sessions, labels, unpricedModel } = answer
  const stay = [
    held > 0 &&
      `${formatCount(held)} kept on a model by their conversation, or by a budget that was spent too fast`,
    unscored > 0 && `${formatCount(unscored)} without scores`,
  ].filter((each) => each !== false)
  const untrusted =
    labels.untrusted > 0 &&
    ` ${formatCount(labels.untrusted)} with scores of clients whose keys learn.trustedKeys does not name are not used.`
  return (
    <div class="stack">
      <p class="small quiet">
        {formatCount(requests)} requests{sessions !== null && ` of ${formatCount(sessions)} sessions`}, with
        the same prompts, cached tokens and lengths of replies at each point.
        {stay.length > 0 && ` The same at each point: ${stay.join(', ')}.`}
        {unpriced > 0 &&
          ` The dollars of ${formatCount(unpriced)} are not known, so no sum of dollars includes them.`}
        {!answer.isServedThroughout &&
          ` They really cost ${formatUsd(answer.paidUsd)}, because some of them were decided at another setting than the one in service now.`}{' '}
        {answer.points[0]?.usdInterval === null
          ? `There are no intervals: they need at least ${leastUnits} sessions.`
          : 'Below each figure is its 95 % interval, computed over sessions; differences compare the same sessions.'}
      </p>
      {unpricedModel !== null && (
        <p class="banner">
          <span>
            <ForeignText text={unpricedModel} most={40} /> has no price, so no sum of dollars includes the
            requests that it answers at some point. Set its prices in routellm.yaml.
          </span>
        </p>
      )}
      {labels.used > 0 ? (
        <p class="small quiet">
          Quality from {formatCount(labels.used)} requests of {formatCount(labels.sessions)} sessions with a
          score for each model
          {labels.areDrawn ? ', which were drawn; each counts by its probability' : ', which people chose'}.
          It is a mean score from 0 to 1; a point is a hundredth of it.
          {labels.ofOneModel > 0 &&
            ` ${formatCount(labels.ofOneModel)} with a score for one model are not used.`}
          {untrusted}
        </p>
      ) : (
        <>
          <p class="small">
            No label of these requests has a score for each model
            {labels.ofOneModel > 0 && `; ${formatCount(labels.ofOneModel)} have one for one model only`}.
            {untrusted} Labels show the quality at each point:
          </p>
          <Command text="routellm labels select" />
        </>
      )}
    </div>
  )
}
