import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'
import type { ShownCandidate } from '../../../../decision/candidates-table.tsx'

type ShownCandidates = {
  readonly candidates: readonly ShownCandidate[]
  /** `tokens`: none was expected, so the request's tokens are priced. */
  readonly dollars: 'expected' | 'tokens' | 'none'
  /** Of a pair that was scored. */
  readonly strong: string | null
  readonly weak: string | null
}

/** The candidates with what follows from the record: the scores of a pair are its win rate and the rest to 1. */
export function findShownCandidates(request: RequestAnswer): ShownCandidates {
  const { candidates, tokensUsd, strongWinRate } = request
  const isExpected = candidates.some(({ usd }) => usd !== null)
  const isPriced = !isExpected && candidates.some(({ model }) => usdOf(tokensUsd, model) !== null)
  const [strong, weak] = findSides(request)
  return {
    candidates: candidates.map((candidate) => ({
      ...candidate,
      score:
        candidate.score ??
        (strongWinRate === null || strong === null
          ? null
          : candidate.model === strong
            ? strongWinRate
            : 1 - strongWinRate),
      usd: isPriced ? usdOf(tokensUsd, candidate.model) : candidate.usd,
    })),
    dollars: isExpected ? 'expected' : isPriced ? 'tokens' : 'none',
    strong,
    weak,
  }
}

function usdOf(tokensUsd: RequestAnswer['tokensUsd'], model: string): number | null {
  return tokensUsd.find((each) => each.model === model)?.usd ?? null
}

/** The side is that of the model that was decided for; after a fallback another one may have answered. */
function findSides({
  candidates,
  model,
  side,
  fallback,
  strongWinRate,
}: RequestAnswer): readonly [string | null, string | null] {
  if (candidates.length !== 2 || side === null || strongWinRate === null) return [null, null]
  const names = candidates.map((each) => each.model)
  if (model === null || fallback !== null || !names.includes(model)) return [names[0]!, names[1]!]
  const other = names.find((each) => each !== model) ?? null
  return side === 'strong' ? [model, other] : [other, model]
}
