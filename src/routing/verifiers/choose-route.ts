import { normalCdf } from '../../base/math/statistics/normal.ts'

/** What a request may do: ask the weak model and keep its answer, ask it and read the answer first, or ask the strong model. */
export type CascadeRoute = 'weak' | 'verified' | 'strong'

export type RequestOutlook = {
  /** The prompt's, before an answer is there, in [0, 1]. */
  readonly strongWinRate: number
  /** See `MeasuredVerifier`. */
  readonly separation: number
  /** Expected dollars of one call; null if a price is not known. */
  readonly weakUsd: number | null
  readonly strongUsd: number | null
  /** Calls of the weak model before its answer is read; answering alone it is called once. Default: 1. */
  readonly weakCalls?: number
  /** Until the weak model's answer is complete, with the verdict. */
  readonly weakSeconds: number
  /** Until the strong model's first token. */
  readonly strongSeconds: number
}

export type RouteLimits = {
  /** The verifier's threshold in (0, 1]: an answer with this win rate or a higher one is escalated. */
  readonly threshold: number
  /** For the first token of an answer that is escalated. Default: none. */
  readonly maxSeconds?: number
  /**
   * What a cascade has to save at least, as a part of the cheapest direct route's cost, because its client waits for the whole
   * answer of the weak model. Default: 0.05.
   */
  readonly leastSaving?: number
}

const defaultLeastSaving = 0.05

export type RouteChoice = {
  readonly route: CascadeRoute
  readonly expected: Readonly<Record<CascadeRoute, ExpectedRoute>>
  /** Share of the cascade's answers that would be escalated. */
  readonly escalationRate: number
}

export type ExpectedRoute = {
  /** Null if a price is not known. */
  readonly usd: number | null
  /** Share of answers that are wrong where the strong model's would not be. */
  readonly loss: number
  /** Dollars, wrong answers included: usd + worth · loss; null if a price is not known. */
  readonly cost: number | null
}

/** What a verifier is expected to do with answers. */
export type Escalation = {
  /** Share of the answers that are escalated. */
  readonly escalationRate: number
  /** Share of the answers that are kept although they are wrong. */
  readonly loss: number
}

/**
 * Whether a request takes the cascade, by expected dollars at equal expected quality. The threshold t says what a wrong answer is
 * worth: escalating at the win rate t means that strongUsd = t · worth. Each route then costs its dollars and
 * worth · loss. The cascade is chosen if it costs less than the cheapest direct route by `leastSaving`.
 *
 * A cascade pays the weak call always, and nothing streams before the verdict. So it is not chosen if the strong model costs
 * hardly more than the weak one, if the prompt is clearly easy or clearly hard, or if the verifier tells nothing. With an unknown price it cannot be shown to pay, and
 * the prompt decides alone, at t.
 */
export function chooseRoute(outlook: RequestOutlook, limits: RouteLimits): RouteChoice {
  const { strongWinRate, separation } = outlook
  return chooseRouteByEscalation(
    outlook,
    expectEscalation(strongWinRate, separation, limits.threshold),
    limits,
  )
}

/** As `chooseRoute`, of a request for which it is known what the verifier is expected to do. */
export function chooseRouteByEscalation(
  outlook: Omit<RequestOutlook, 'separation'>,
  { escalationRate, loss }: Escalation,
  { threshold, maxSeconds, leastSaving = defaultLeastSaving }: RouteLimits,
): RouteChoice {
  const { strongWinRate, weakUsd, strongUsd, weakCalls = 1 } = outlook
  if (weakUsd === null || strongUsd === null)
    return {
      route: strongWinRate >= threshold ? 'strong' : 'weak',
      expected: {
        weak: { usd: weakUsd, loss: strongWinRate, cost: null },
        verified: { usd: null, loss, cost: null },
        strong: { usd: strongUsd, loss: 0, cost: null },
      },
      escalationRate,
    }
  const worth = strongUsd / threshold
  const expect = (usd: number, loss: number) => ({ usd, loss, cost: usd + worth * loss })
  const expected = {
    weak: expect(weakUsd, strongWinRate),
    verified: expect(weakCalls * weakUsd + escalationRate * strongUsd, loss),
    strong: expect(strongUsd, 0),
  }
  const direct = expected.weak.cost < expected.strong.cost ? 'weak' : 'strong'
  const isInTime = maxSeconds === undefined || outlook.weakSeconds + outlook.strongSeconds <= maxSeconds
  const pays = expected.verified.cost < (1 - leastSaving) * expected[direct].cost
  return { route: isInTime && pays ? 'verified' : direct, expected, escalationRate }
}

/**
 * What a verifier is expected to do with the answer to a prompt: the share that it escalates, and the share that it keeps although
 * it is wrong.
 *
 * The evidence of an answer is normal, with the means ± ½ d of wrong and right ones and the deviation 1, d being the
 * separation. With the prompt's win rate p the log-odds after reading are then ln(p / (1 − p)) ± ½ d² + d·z for a
 * standard normal z. Source: the equal-variance model of signal detection (Green and Swets, Signal Detection Theory
 * and Psychophysics, 1966).
 */
export function expectEscalation(strongWinRate: number, separation: number, threshold: number): Escalation {
  if (separation === 0 || strongWinRate === 0 || strongWinRate === 1) {
    const isEscalated = strongWinRate >= threshold
    return { escalationRate: isEscalated ? 1 : 0, loss: isEscalated ? 0 : strongWinRate }
  }
  const distance = logOdds(strongWinRate) - logOdds(threshold)
  const half = separation ** 2 / 2
  const ofWrong = normalCdf((distance + half) / separation)
  const ofRight = normalCdf((distance - half) / separation)
  return {
    escalationRate: strongWinRate * ofWrong + (1 - strongWinRate) * ofRight,
    loss: strongWinRate * (1 - ofWrong),
  }
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability))
}
