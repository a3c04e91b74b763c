import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { formatShare, formatUsd } from '../../../ui/format.ts'
import {
  Figure,
  formatChange,
  formatDecimal,
  formatDecimalEnds,
  formatPlanned,
  formatPointEnds,
  formatPoints,
  formatShareEnds,
  formatUsdEnds,
} from '../figure.tsx'

type Point = CurveAnswer['points'][number]
type Row = {
  readonly title: string
  readonly of: (point: Point, isNow: boolean) => Parameters<typeof Figure>[0]
}

/** Whether there is no interval of a difference because few sessions differ, rather than because there are few sessions. */
function isOfFew({ usdInterval }: Point, interval: readonly [number, number] | null): boolean {
  return interval === null && usdInterval !== null
}

/** What is chosen beside what is in service. */
export function Comparison({ answer, now, then }: { answer: CurveAnswer; now: Point; then: Point }) {
  const { requests, points, policy, labels } = answer
  const first = points[0]!
  const against = policy.measure === 'threshold' ? 'always strong' : 'the best'
  const rows: readonly Row[] = [
    {
      title: policy.measure === 'threshold' ? 'Strong calls' : 'The best answers',
      of: (point, isNow) => ({
        value: formatShare(point.strong / requests),
        around: formatShareEnds(point.strongInterval),
        note: isNow ? formatPlanned(policy.plannedShare) : null,
      }),
    },
    {
      title: 'Dollars',
      of: ({ usd, usdInterval }) => ({ value: formatUsd(usd), around: formatUsdEnds(usdInterval) }),
    },
    {
      title: 'Against now',
      of: (point) =>
        point === now
          ? { value: '–' }
          : {
              value: formatChange(point.usd - now.usd),
              around: formatUsdEnds(point.changeInterval),
              note: isOfFew(point, point.changeInterval) ? 'few sessions move' : null,
            },
    },
    {
      title: `Saved against ${against}`,
      of: ({ usd, savedInterval }) => ({
        value: formatShare(first.usd > 0 ? 1 - usd / first.usd : null),
        around: formatShareEnds(savedInterval),
      }),
    },
    ...(labels.used === 0
      ? []
      : [
          {
            title: 'Quality',
            of: ({ quality, qualityInterval }: Point) => ({
              value: formatDecimal(quality),
              around: formatDecimalEnds(qualityInterval),
            }),
          },
          {
            title: `Quality lost against ${against}`,
            of: ({ quality, lossInterval }: Point) => ({
              value: formatPoints(first.quality! - quality!),
              around: formatPointEnds(lossInterval),
            }),
          },
        ]),
  ]
  return (
    <table class="comparison curve-figures">
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
                <Figure {...of(point, index === 0)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
