import { useMemo } from 'preact/hooks'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import { readRange } from '../../../filters/range.ts'
import { formatCount } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/states.tsx'
import { findExact } from '../../curve/points.ts'
import { Comparison } from '../../curve/setting/comparison.tsx'

/** What the router in service does at another setting, on the requests of the last 7 days. */
export function MeasuredChange({ policy, setting }: { policy: string; setting: number }) {
  const path = useMemo(() => {
    const { from, to } = readRange(new URLSearchParams(), Date.now())
    return `/curve?${new URLSearchParams({ policy, from: String(from), to: String(to), at: String(setting) })}`
  }, [policy, setting])
  const curve = useResource<CurveAnswer>(path)
  return (
    <Loaded resource={curve} what="What changes in dollars and quality cannot be computed">
      {(answer) => {
        const { points, served, requests, labels } = answer
        const then = points[findExact(points, setting) ?? -1]
        if (then === undefined || requests === 0)
          return (
            <p class="small quiet">
              The last 7 days have no request that shows what changes in dollars, strong calls and quality.
            </p>
          )
        return (
          <div class="stack">
            <p class="small quiet">
              On the {formatCount(requests)} requests of the last 7 days:
              {labels.used === 0 && ' quality is not known, because no label has a score for each model.'}
            </p>
            <Comparison answer={answer} now={points[served]!} then={then} />
          </div>
        )
      }}
    </Loaded>
  )
}
