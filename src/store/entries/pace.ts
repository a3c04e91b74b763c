import type { DecidedPace } from '../../gateway/decide/decided-pace.ts'

/** What the column `pace` says; null if the policy chose as usual, or if it was kept by a version that did not record it. */
export function parsePace(json: string | null): DecidedPace | null {
  return json === null ? null : (JSON.parse(json) as DecidedPace)
}
