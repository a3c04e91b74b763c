import { useMemo, useState } from 'preact/hooks'
import type { CurveAnswer, CurvePoliciesAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { useResource } from '../../api/use-resource.ts'
import { changeQuery } from '../../app/location.ts'
import { NameFilters, readNameFilters } from '../../filters/name-filters.tsx'
import { readRange } from '../../filters/range.ts'
import { RangePicker } from '../../filters/range-picker.tsx'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { Command, Empty, Loaded } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { DrawnCurve } from './drawn-curve.tsx'
import { OthersBanner } from './others-banner.tsx'
import { isSetting } from './points.ts'

const shown = ['key', 'tag'] as const

/** Cost against quality of a policy at each threshold, on kept requests, with one to move and to put in service. */
export default function Curve({ place }: ViewProps) {
  const policies = useResource<CurvePoliciesAnswer>('/curve/policies')
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
              {(answer) =>
                answer.requests === 0 ? (
                  <NoRequests answer={answer} />
                ) : (
                  <DrawnCurve
                    key={answer.policy.name}
                    answer={answer}
                    parameters={parameters}
                    at={place.query.get('at')}
                    isStale={curve.isStale}
                    readExactly={setExactly}
                    reread={() => {
                      policies.retry()
                      curve.retry()
                    }}
                  />
                )
              }
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

function NoRequests({ answer }: { answer: CurveAnswer }) {
  const model = answer.policy.policy === null ? 'auto' : `policy-${answer.policy.policy}`
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })
  return (
    <Empty title="No request of this policy and its router in this time.">
      <OthersBanner answer={answer} />
      <p class="quiet">Choose a longer time, or send one:</p>
      <Command
        text={`curl ${location.origin}/v1/chat/completions -H 'content-type: application/json' -d '${body}'`}
      />
    </Empty>
  )
}
