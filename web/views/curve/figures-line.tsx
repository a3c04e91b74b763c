import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import type { CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { formatShare, formatUsd } from '../../ui/format.ts'
import { formatDecimal } from './figure.tsx'

/** The main figures of the chosen setting. On a narrow screen they stay in view while the setting is moved; the slider reads them out. */
export function FiguresLine({ answer, chosen }: { answer: CurveAnswer; chosen: number }) {
  const { points, served, requests, policy } = answer
  const { setting, usd, strong, quality } = points[chosen]!
  return (
    <p class="figures-line small" aria-hidden="true">
      <strong>{formatSetting(setting, [points[served]!.setting])}</strong>
      <span>{formatUsd(usd)}</span>
      {quality !== null && <span>quality {formatDecimal(quality)}</span>}
      <span>
        {formatShare(strong / requests)} {policy.measure === 'threshold' ? 'strong' : 'the best'}
      </span>
    </p>
  )
}
