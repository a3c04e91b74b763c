import type { Model } from '../../routing/catalogue/model.ts'
import type { Attempt } from './attempt.ts'

/** What budgets allow beyond the first call of a request: a retry, a fallback, a hedge, the strong model of a cascade. */
export type FurtherCalls = {
  /**
   * Whether `reserveCall` would allow the call now. Reserves nothing.
   *
   * @param charged the models of the calls before it that may cost something, one for each call.
   */
  mayCall(model: Model, charged: readonly Model[]): boolean
  /** Reserves what the call is expected to cost beside those before it. False: it must not be made. */
  reserveCall(model: Model, charged: readonly Model[]): boolean | Promise<boolean>
}

/** The models of the calls that were sent and not refused by their upstream, so that they may cost something. */
export function chargedModels(attempts: readonly Attempt[]): readonly Model[] {
  return attempts.filter(({ sentAt, isRefused }) => sentAt > 0 && !isRefused).map(({ model }) => model)
}

/** Goes on once it is known whether a call may be made: at once if it is known already. */
export function whenReserved(
  reserved: boolean | Promise<boolean>,
  next: (isAllowed: boolean) => void,
  fail: (error: Error) => void,
): void {
  if (reserved instanceof Promise)
    reserved.then(next).catch((error: unknown) => {
      fail(error instanceof Error ? error : new Error(String(error)))
    })
  else next(reserved)
}
