import { useEffect, useMemo, useState } from 'preact/hooks'
import type { CurveAnswer, CurvePoliciesAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { useResource } from '../../api/use-resource.ts'
import { changeQuery } from '../../app/location.ts'
import { NameFilters, readNameFilters } from '../../filters/name-filters.tsx'
import { readRange } from '../../filters/range.ts'
import { RangePicker } from '../../filters/range-picker.tsx'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { Command, Empty, Loaded } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { ApplyDialog } from './apply-dialog.tsx'
import { CountsNote } from './counts-note.tsx'
import { CurveChart } from './curve-chart.tsx'
import { MovesCard } from './moves-card.tsx'
import { OptionsCard } from './options/options-card.tsx'
import { OthersBanner } from './others-banner.tsx'
import { findExact, findNearest } from './points.ts'
import { SettingCard } from './setting/setting-card.tsx'

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
      <header class="view-head">
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
                  <Drawn
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

type DrawnProps = {
  readonly answer: CurveAnswer
  readonly parameters: URLSearchParams
  /** The setting of the address. */
  readonly at: string | null
  /** Whether the answer to another question is read. */
  readonly isStale: boolean
  /** Reads the curve with a point at this setting. */
  readonly readExactly: (setting: string) => void
  readonly reread: () => void
}

function Drawn({ answer, parameters, at, isStale, readExactly, reread }: DrawnProps) {
  const { points, served } = answer
  const [isAsking, setAsking] = useState(false)
  const [done, setDone] = useState<string | null>(null)
  const [setting, setSetting] = useState(at)
  const asked = isSetting(setting) ? Number(setting) : points[served]!.setting
  const chosen = findNearest(points, asked)
  const isReading = isStale && points[chosen]!.setting !== asked
  const choose = (index: number) => {
    setDone(null)
    setSetting(index === served ? null : String(points[index]!.setting))
  }
  const type = (typed: number) => {
    const place = findExact(points, typed)
    if (place !== null) return choose(place)
    setDone(null)
    setSetting(String(typed))
    readExactly(String(typed))
  }
  // Browsers refuse an address that changes with each move of a slider.
  useEffect(() => {
    const timer = setTimeout(() => changeQuery({ at: setting }, true), 300)
    return () => clearTimeout(timer)
  }, [setting])
  return (
    <>
      {done !== null && (
        <p class="banner done" role="status">
          {done}
        </p>
      )}
      <div class="curve">
        <section class="card" aria-label="The curve">
          <OthersBanner answer={answer} />
          <CurveChart answer={answer} chosen={chosen} onChoose={choose} />
          <CountsNote answer={answer} />
        </section>
        <SettingCard
          answer={answer}
          chosen={chosen}
          wanted={isReading ? asked : points[chosen]!.setting}
          isReading={isReading}
          onChoose={choose}
          onType={type}
          onApply={() => setAsking(true)}
        />
      </div>
      <OptionsCard answer={answer} chosen={chosen} onChoose={choose} />
      <MovesCard answer={answer} chosen={chosen} parameters={parameters} />
      {isAsking && (
        <ApplyDialog
          answer={answer}
          chosen={chosen}
          close={() => setAsking(false)}
          onApplied={({ why }) => {
            setAsking(false)
            setDone(why)
            reread()
          }}
        />
      )}
    </>
  )
}

function isSetting(text: string | null): text is string {
  return text !== null && text.trim() !== '' && Number(text) >= 0 && Number(text) <= 1e6
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
