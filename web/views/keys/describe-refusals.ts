import type { Refusals } from '../../../src/store/reader/answers/keys.ts'
import { formatCount } from '../../ui/format.ts'

export function countRefused(refusals: Refusals | undefined): number {
  return refusals === undefined ? 0 : refusals.overLimit + refusals.notAllowed + refusals.revoked
}

/** `3 over a limit (429), 1 after it was revoked (401)` */
export function describeRefusals({ overLimit, notAllowed, revoked }: Refusals): string {
  const parts = [
    [overLimit, 'over a limit (429)'],
    [notAllowed, 'for what it may not use (403)'],
    [revoked, 'after it was revoked (401)'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${formatCount(count)} ${what}`)
    .join(', ')
}
