import type { DecidedPace } from '../../gateway/decide/decided-pace.ts'

/** The threshold of the policy itself, without what a budget that is spent too fast has added; of the table `requests`. */
export const ownThresholdColumn = `coalesce(json_extract(pace, '$.ownThreshold'), threshold)`

/** What the column `pace` says; null if the policy chose as usual, or if it was kept by a version that did not record it. */
export function parsePace(json: string | null): DecidedPace | null {
  return json === null ? null : (JSON.parse(json) as DecidedPace)
}
