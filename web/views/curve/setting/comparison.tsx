import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { formatShare, formatUsd } from '../../../ui/format.ts'
import { formatDecimal } from '../points.ts'

type Point = CurveAnswer['points'][number]
type Value = { readonly value: string; readonly around?: string | null }

/** What is chosen beside what is in service. */
export function Comparison({ answer, now, then }: { answer: CurveAnswer; now: Point; then: Point }) {
  const { requests, points, policy, labels } = answer
  const first = points[0]!
  const against = policy.measure === 'threshold' ? 'always strong' : 'the best'
  const rows: readonly { readonly title: string; readonly of: (point: Point) => Value }[] = [
    {
      title: policy.measure === 'threshold' ? 'Strong calls' : 'The best answers',
      of: (point) => ({ value: formatShare(point.strong / requests) }),
    },
    {
      title: 'Dollars',
      of: (point) => ({
        value: formatUsd(point.usd),
        around: point.usdInterval && formatEnds(point.usdInterval, formatDollars),
      }),
    },
    {
      title: `Saved against ${against}`,
      of: (point) => ({ value: formatShare(first.usd > 0 ? 1 - point.usd / first.usd : null) }),
    },
    ...(labels.used === 0
      ? []
      : [
          {
            title: 'Quality',
            of: (point: Point) => ({
              value: formatDecimal(point.quality),
              around: point.qualityInterval && formatEnds(point.qualityInterval, formatDecimal),
            }),
          },
          {
            title: `Lost against ${against}`,
            of: (point: Point) => ({
              value: formatDecimal(first.quality! - point.quality!),
              around: point.lossInterval && formatEnds(point.lossInterval, formatDecimal),
            }),
          },
        ]),
  ]
  return (
    <table class="comparison">
      <thead>
        <tr>
          <td />
          <th scope="col" class="number">
            in service, {formatSetting(now.setting, [then.setting])}
          </th>
          <th scope="col" class="number">
            at {formatSetting(then.setting, [now.setting])}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ title, of }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {[now, then].map((point, index) => (
              <td key={index} class="number">
                {of(point).value}
                {of(point).around && <span class="small quiet around">{of(point).around}</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function formatEnds([low, high]: readonly [number, number], format: (end: number) => string): string {
  return `${format(low)} to ${format(high)}`
}

function formatDollars(usd: number): string {
  return formatUsd(usd).replace('$', '')
}
