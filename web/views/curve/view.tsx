import { useEffect, useMemo, useState } from 'preact/hooks'
import type { CurveAnswer, CurvePoliciesAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { useResource } from '../../api/use-resource.ts'
import { changeQuery } from '../../app/location.ts'
import { NameFilters, readNameFilters } from '../../filters/name-filters.tsx'
import { readRange } from '../../filters/range.ts'
import { RangePicker } from '../../filters/range-picker.tsx'
import { isSameServed } from '../../served/describe-served.ts'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { Command, Empty, Loaded } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { isSetting } from './points.ts'
import { PolicyCurve } from './policy-curve.tsx'

const shown = ['key', 'tag'] as const

/** What is in service is asked for again after so long. */
const servedMs = 10_000

/** Cost against quality of a policy at each threshold, on kept requests, with one to move and to put in service. */
export default function Curve({ place }: ViewProps) {
  const policies = useResource<CurvePoliciesAnswer>('/curve/policies', servedMs)
  const given = ['range', 'from', 'to'].map((name) => place.query.get(name)).join(' ')
  // The same until another is chosen, so that a moved threshold reads nothing again.
  const range = useMemo(() => readRange(place.query, Date.now()), [given])
  const named = policies.data?.find(({ name }) => name === place.query.get('policy')) ?? policies.data?.[0]
  const parameters = readNameFilters(place.query, shown)
  parameters.set('from', String(range.from))
  parameters.set('to', String(range.to))
  if (named !== undefined) parameters.set('policy', named.name)
  // A setting that no point has yet is read with all others, so that it is exact.
  const [exactly, setExactly] = useState(place.query.get('at'))
  const question = new URLSearchParams(parameters)
  if (isSetting(exactly)) question.set('at', exactly)
  const curve = useResource<CurveAnswer>(named === undefined ? null : `/curve?${question}`)
  const served = curve.data?.policy
  // What is in service is asked for often, and the curve is computed again only if it is another.
  const isOld = named !== undefined && served?.name === named.name && !isSameServed(named, served)
  useEffect(() => {
    if (!isOld) return
    setExactly(place.query.get('at'))
    curve.retry()
  }, [policies.data])
  useEffect(() => {
    if (isOld) policies.readAgain()
  }, [curve.data])
  return (
    <>
      <header class="view-head wide">
        <h1>Curve</h1>
        {policies.data !== null && policies.data.length > 0 && (
          <select
            aria-label="Policy"
            value={named?.name ?? ''}
            onChange={(event) => changeQuery({ policy: event.currentTarget.value, at: null })}
          >
            {policies.data.map(({ name }) => (
              <option key={name} value={name}>
                {escapeInvisible(name)}
              </option>
            ))}
          </select>
        )}
        <NameFilters place={place} range={range} shown={shown} />
        <RangePicker range={range} />
      </header>
      <Loaded resource={policies} what="The policies cannot be read">
        {(all) =>
          all.length === 0 ? (
            <NoPolicy />
          ) : (
            <Loaded resource={curve} what="The curve cannot be computed">
              {(answer) => (
                <PolicyCurve
                  key={answer.policy.name}
                  answer={answer}
                  parameters={parameters}
                  at={place.query.get('at')}
                  isStale={curve.isStale}
                  readExactly={setExactly}
                  reread={policies.retry}
                />
              )}
            </Loaded>
          )
        }
      </Loaded>
    </>
  )
}

function NoPolicy() {
  return (
    <Empty title="No policy compares a router’s scores with a threshold.">
      <p class="quiet">
        Give <code>auto</code> a router in routellm.yaml, or add a policy of the kind pair, and its requests
        appear here:
      </p>
      <Command text={'auto: { router: mf }'} />
    </Empty>
  )
}
