import { useState } from 'preact/hooks'
import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'
import type { WhatIfAnswer } from '../../../../../src/server/admin/api/what-if.ts'
import { postJson } from '../../../../api/request.ts'
import { Contributions } from '../../../../decision/contributions.tsx'
import { Neighbours } from '../../../../decision/neighbours.tsx'
import { Failure } from '../../../../ui/states.tsx'

/** What moved the score: the router scores the kept text again when asked, because a remote one costs dollars. */
export function Explanation({ request }: { request: RequestAnswer }) {
  const [answer, setAnswer] = useState<WhatIfAnswer | Error | 'busy' | null>(null)
  const name = nameDecider(request)
  if (name === null) return null
  if (request.text === null)
    return <p class="small quiet">What moved the score is not known, because the text was not kept.</p>
  const explain = () => {
    setAnswer('busy')
    postJson<WhatIfAnswer>('/what-if', { requestId: request.id, model: name }).then(setAnswer, setAnswer)
  }
  if (answer === null || answer === 'busy')
    return (
      <button type="button" disabled={answer === 'busy'} onClick={explain}>
        {answer === 'busy' ? 'Scoring …' : 'What moved the score'}
      </button>
    )
  if (answer instanceof Error)
    return <Failure what="The score cannot be explained" error={answer} retry={explain} />
  return <Explained request={request} answer={answer} />
}

/** The name that a client gives for the same policy or router; null if the request was not scored. */
function nameDecider({ policy, router, threshold, strongWinRate, candidates }: RequestAnswer): string | null {
  if (router === null || (strongWinRate === null && candidates.every(({ score }) => score === null)))
    return null
  if (policy !== null) return `policy-${policy}`
  return threshold === null ? null : `router-${router}-${threshold}`
}

function Explained({ request, answer }: { request: RequestAnswer; answer: WhatIfAnswer }) {
  const { contributions, nearest = [] } = answer.explanation
  const isPair = answer.threshold !== null
  const isOther =
    request.strongWinRate !== null &&
    answer.strongWinRate !== null &&
    Math.abs(request.strongWinRate - answer.strongWinRate) > 0.0005
  return (
    <div class="stack" aria-live="polite">
      {isOther && (
        <p class="banner">
          The router that is served now scores it {answer.strongWinRate?.toFixed(3)}, not{' '}
          {request.strongWinRate?.toFixed(3)}: it, its turn in the conversation or the kept text is another.
        </p>
      )}
      {contributions.length === 0 && nearest.length === 0 && (
        <p class="quiet">This router does not say what moved its score.</p>
      )}
      <Contributions
        contributions={contributions}
        winRate={isPair ? answer.strongWinRate : null}
        unit={
          isPair ? 'on the log-odds that the strong model wins' : 'on the utility, against the second best'
        }
      />
      <Neighbours nearest={nearest} />
    </div>
  )
}
