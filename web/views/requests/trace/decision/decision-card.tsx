import { describePace } from '../../../../../src/gateway/decide/explanation/describe-pace.ts'
import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'
import { CandidatesTable } from '../../../../decision/candidates-table.tsx'
import { ScoreSentence, scoreMeaning } from '../../../../decision/score-sentence.tsx'
import { describeDecider } from '../../../../decision/words/describe-decider.ts'
import { toSentence } from '../../../../decision/words/to-sentence.ts'
import { escapeInvisible } from '../../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../../ui/foreign-text.tsx'
import { formatScore } from '../../../../ui/format.ts'
import { Explanation } from './explanation.tsx'
import { Notes } from './notes.tsx'
import { findShownCandidates } from './shown-candidates.ts'
import { findTags } from './tags.ts'

/** What was chosen from, and why. */
export function DecisionCard({ request }: { request: RequestAnswer }) {
  const { candidates, model, policy, policyKind, router, task } = request
  return (
    <section class="card stack wide top decision">
      <h2>Decision</h2>
      {candidates.length === 0 ? (
        <p class="quiet">
          {model === null ? (
            'Nothing was decided: the request was refused before a model was chosen.'
          ) : (
            <>
              The request names <ForeignText text={model} most={60} /> itself, so nothing was scored.
            </>
          )}
        </p>
      ) : (
        <>
          <p>
            Policy <ForeignText text={policy ?? 'of the pair'} />
            {policyKind !== null && policyKind !== policy && ` (${escapeInvisible(policyKind)})`}
            {router !== null && (
              <>
                , router <ForeignText text={router} />
              </>
            )}
            {task !== null && `; kind of work: ${escapeInvisible(task.replaceAll('-', ' '))}`}.
          </p>
          <Candidates request={request} />
        </>
      )}
      <Notes request={request} />
      <Explanation request={request} />
    </section>
  )
}

function Candidates({ request }: { request: RequestAnswer }) {
  const { model, strongWinRate, threshold, pace, decidedBy } = request
  const { candidates, dollars, strong, weak } = findShownCandidates(request)
  const isOverruled =
    (decidedBy.kind === 'session' || decidedBy.kind === 'draw') &&
    strongWinRate !== null &&
    threshold !== null &&
    model === (strongWinRate >= threshold ? weak : strong)
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
              `The strong model’s win rate is ${formatScore(strongWinRate)}.`
            ) : (
              <ScoreSentence winRate={strongWinRate} threshold={threshold} strong={strong} weak={weak} />
            )}
          </p>
          {model !== null && isOverruled && (
            <p>
              But <ForeignText text={model} most={40} /> was chosen by{' '}
              <ForeignText text={describeDecider(decidedBy)} most={200} />.
            </p>
          )}
          {threshold !== null && <p class="small quiet">{scoreMeaning}</p>}
        </div>
      )}
      {pace !== null && (
        <p class="note">
          <ForeignText text={toSentence(describePace(pace, request))} most={400} />
        </p>
      )}
      <CandidatesTable
        candidates={candidates}
        chosen={model}
        tags={findTags(request)}
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
