import { InvalidRequestError } from '../../errors.ts'
import type { Router } from '../../routing/routers/router.ts'
import type { LoggedRequest } from '../formats/logs/log-format.ts'
import { hasText, type Survey } from './survey/survey.ts'

/** Where the win rates of an audit come from. Those of two routers are never mixed, because their scales differ. */
export type WinRateSource =
  /** The audit's router scores the prompts of the log. */
  | { readonly kind: 'scored'; readonly router: string }
  /** The log holds no prompts, but the win rates of this router. */
  | {
      readonly kind: 'logged'
      readonly router: string
      /** The threshold that most of its requests were decided at. Null if the log holds none. */
      readonly threshold: number | null
    }

export type WinRateSourceOptions = {
  readonly router: Router
  /** Whether the user named the router: then no other one's win rates are taken. */
  readonly isRouterAsked: boolean
}

/**
 * The source for a log: the router if any request has text, else the win rates that the log holds: those of the named
 * router, or of the one with the most requests.
 *
 * Throws `InvalidRequestError` `router-not-in-log`.
 */
export function chooseWinRateSource(
  { withText, scoredBy }: Pick<Survey, 'withText' | 'scoredBy'>,
  { router: { name }, isRouterAsked }: WinRateSourceOptions,
): WinRateSource {
  const [first] = scoredBy
  if (withText > 0 || first === undefined) return { kind: 'scored', router: name }
  const logged = isRouterAsked ? scoredBy.find(({ router }) => router === name) : first
  if (logged !== undefined) return { kind: 'logged', router: logged.router, threshold: logged.threshold }
  throw new InvalidRequestError(
    'router-not-in-log',
    `The log holds no prompts to score, and no win rates of ${name}. It holds those of ${scoredBy.map(({ router }) => router).join(', ')}: name one of these with --router, or leave --router out.`,
    { param: '--router' },
  )
}

/**
 * The logged win rate of a request without text, if it is of the source's router.
 *
 * @returns `to-score` for a request with text, `other-router` if only another router scored it.
 */
export function findLoggedWinRate(
  request: LoggedRequest,
  { router }: WinRateSource,
): number | 'to-score' | 'other-router' {
  if (hasText(request)) return 'to-score'
  return request.decision?.router === router ? request.decision.strongWinRate : 'other-router'
}
