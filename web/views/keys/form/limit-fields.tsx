import type { KeysAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { type Limits, type NumberName, numberNames } from './limits.ts'

type LimitFieldsProps = {
  readonly limits: Limits
  readonly list: Pick<KeysAnswer, 'models' | 'policies'>
  set(limits: Limits): void
}

const labels: Readonly<Record<NumberName, readonly [label: string, unit: string]>> = {
  usdPerDay: ['Daily budget', 'USD'],
  usdPerMonth: ['Monthly budget', 'USD'],
  requestsPerMinute: ['Requests a minute', 'at most'],
  tokensPerMinute: ['Tokens a minute', 'at most'],
}

/** The limits of a key. What is empty is not limited. */
export function LimitFields({ limits, list, set }: LimitFieldsProps) {
  return (
    <>
      <div class="fields">
        {numberNames.map((name) => (
          <label key={name} class="field">
            <span>
              {labels[name][0]} <span class="quiet small">{labels[name][1]}</span>
            </span>
            <input
              inputMode="decimal"
              placeholder="no limit"
              value={limits[name]}
              onInput={(event) => set({ ...limits, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={limits.pacing}
          onChange={(event) => set({ ...limits, pacing: event.currentTarget.checked })}
        />{' '}
        <span>
          Pace the budget{' '}
          <span class="quiet small">
            while it is spent faster than evenly over the day or the month, fewer requests go to strong
            models, so that it lasts; unticked, requests are routed as usual until nothing is left
          </span>
        </span>
      </label>
      <Choice
        title="Models that may answer"
        names={list.models}
        chosen={limits.models}
        set={(models) => set({ ...limits, models })}
      />
      <Choice
        title="Policies that requests may name"
        names={list.policies}
        chosen={limits.policies}
        set={(policies) => set({ ...limits, policies })}
      />
      <div class="fields">
        <label class="field">
          <span>
            Region <span class="quiet small">that every model must have</span>
          </span>
          <input
            placeholder="any"
            value={limits.region}
            onInput={(event) => set({ ...limits, region: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>
            Tags <span class="quiet small">that every model must have, with commas</span>
          </span>
          <input
            placeholder="none"
            value={limits.tags}
            onInput={(event) => set({ ...limits, tags: event.currentTarget.value })}
          />
        </label>
      </div>
    </>
  )
}

type ChoiceProps = {
  readonly title: string
  readonly names: readonly string[]
  readonly chosen: readonly string[]
  set(names: readonly string[]): void
}

function Choice({ title, names, chosen, set }: ChoiceProps) {
  // A name that is written in the file may be no model of its own: `provider/model`.
  const all = [...names, ...chosen.filter((name) => !names.includes(name))]
  if (all.length === 0) return null
  return (
    <fieldset class="choice">
      <legend>
        {title}{' '}
        <span class="quiet small">
          {chosen.length === 0
            ? 'all, as long as none is ticked'
            : `only the ${chosen.length} of ${all.length} that ${chosen.length === 1 ? 'is' : 'are'} ticked`}
        </span>
      </legend>
      {all.map((name) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={(event) =>
              set(event.currentTarget.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
            }
          />{' '}
          <ForeignText text={name} most={40} />
        </label>
      ))}
    </fieldset>
  )
}
