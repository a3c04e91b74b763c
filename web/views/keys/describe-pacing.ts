import { formatPaceFactor } from '../../../src/gateway/decide/explanation/describe-pace.ts'
import type { ManagedKey } from '../../../src/server/admin/actions/key-actions.ts'

/** What pacing does now. */
export function describePacing({ pacing, pace }: Pick<ManagedKey, 'pacing' | 'pace'>): string {
  if (!pacing) return 'Not paced: requests are routed as usual until nothing is left.'
  if (pace === 1) return 'Paced: it is spent no faster than evenly, so requests are routed as usual.'
  return `Paced: it is spent faster than evenly, so fewer requests go to strong models. A dollar counts ${formatPaceFactor(pace)} times as much as usual.`
}
