import type { Refusals } from '../../../src/store/reader/answers/keys.ts'
import { formatCount } from '../../ui/format.ts'

export function countRefused(refusals: Refusals | undefined): number {
  return refusals === undefined ? 0 : refusals.overLimit + refusals.notAllowed
}

/** `3 over a limit (429), 1 for what it may not use (403)` */
export function describeRefusals({ overLimit, notAllowed }: Refusals): string {
  const parts = [
    [overLimit, 'over a limit (429)'],
    [notAllowed, 'for what it may not use (403)'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${formatCount(count)} ${what}`)
    .join(', ')
}
