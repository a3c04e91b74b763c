import type { RequestAnswer } from '../../../../src/server/admin/api/requests.ts'
import { CandidatesTable } from '../../../decision/candidates-table.tsx'
import { ScoreSentence } from '../../../decision/score-sentence.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { Explanation } from './explanation.tsx'
import { SessionDecision } from './session-decision.tsx'
import { findShownCandidates } from './shown-candidates.ts'

/** What was chosen from, and why. */
export function DecisionCard({ request }: { request: RequestAnswer }) {
  const { candidates, policy, router, task, fallback, overBudget } = request
  return (
    <section class="card stack wide top decision">
      <h2>Decision</h2>
      {candidates.length === 0 ? (
        <p class="quiet">The request names its model, so nothing was scored.</p>
      ) : (
        <>
          <p>
            Policy <ForeignText text={policy ?? 'of the pair'} />
            {router !== null && (
              <>
                , router <ForeignText text={router} />
              </>
            )}
            {task !== null && `; the prompt reads like ${escapeInvisible(task.replaceAll('-', ' '))}`}.
          </p>
          <Candidates request={request} />
        </>
      )}
      <SessionDecision request={request} />
      {fallback !== null && (
        <p class="banner">
          Another model than the chosen one answered: <ForeignText text={fallback.replaceAll('-', ' ')} />.
        </p>
      )}
      {overBudget !== null && (
        <p class="banner">
          <ForeignText text={overBudget} /> was not asked: the budget has too few dollars left for it.
        </p>
      )}
      <Explanation request={request} />
    </section>
  )
}

function Candidates({ request }: { request: RequestAnswer }) {
  const { model, strongWinRate, threshold } = request
  const { candidates, dollars, strong, weak } = findShownCandidates(request)
  return (
    <>
      {strongWinRate !== null && (
        <div class="win-rate">
          <svg viewBox="0 0 300 14" preserveAspectRatio="none" class="meter series-0" aria-hidden="true">
            <rect class="track" width="300" height="14" rx="2" />
            <rect class="bar" width={strongWinRate * 300} height="14" rx="2" />
            {threshold !== null && <rect class="mark" x={threshold * 300 - 1} width="2" height="14" />}
          </svg>
          <p>
            {threshold === null ? (
              `The strong model’s win rate is ${strongWinRate.toFixed(3)}.`
            ) : (
              <ScoreSentence winRate={strongWinRate} threshold={threshold} strong={strong} weak={weak} />
            )}
          </p>
        </div>
      )}
      <CandidatesTable
        candidates={candidates}
        chosen={model}
        chosenTag="answered"
        scoreTitle={strongWinRate === null ? 'Score' : 'Win rate'}
        usdTitle={dollars === 'expected' ? 'Expected cost' : 'Cost of its tokens'}
      />
      <p class="small quiet">
        {dollars === 'tokens' &&
          'Cost of its tokens: what the tokens of this request cost at each model’s prices of today, none of them from a cache; no expected cost was needed to decide. '}
        {dollars === 'none' &&
          'No dollars: the policy compares none, and the request’s tokens or the prices are not known. '}
        {candidates.every(({ score }) => score === null) &&
          'No scores: the router was not asked or failed, or a single candidate could answer.'}
      </p>
    </>
  )
}
