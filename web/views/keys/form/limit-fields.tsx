import { keyFieldTitles } from '../../../../src/config/key-fields/key-field-title.ts'
import { type KeyLimitName, keyLimitNames } from '../../../../src/config/key-fields/key-limit.ts'
import type { KeysAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { CheckedField } from './checked-field.tsx'
import type { LimitProblems, Limits } from './limits.ts'

type LimitFieldsProps = {
  readonly limits: Limits
  readonly problems: LimitProblems
  /** Whether the first field is in focus as soon as the fields are shown. */
  readonly isFocused?: boolean
  readonly list: Pick<KeysAnswer, 'models' | 'policies'>
  set(limits: Limits): void
}

const units: Readonly<Record<KeyLimitName, string>> = {
  usdPerDay: 'USD',
  usdPerMonth: 'USD',
  requestsPerMinute: 'at most',
  tokensPerMinute: 'at most',
}

/** The limits of a key. What is empty is not limited. */
export function LimitFields({ limits, problems, list, isFocused = false, set }: LimitFieldsProps) {
  return (
    <>
      <div class="fields">
        {keyLimitNames.map((name, index) => (
          <CheckedField
            key={name}
            title={keyFieldTitles[name]}
            hint={units[name]}
            problem={problems[name] ?? null}
            inputMode="decimal"
            placeholder="no limit"
            value={limits[name]}
            isFocused={isFocused && index === 0}
            set={(value) => set({ ...limits, [name]: value })}
          />
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
        <CheckedField
          title="Region"
          hint="that every model must have"
          problem={problems.region ?? null}
          placeholder="any"
          value={limits.region}
          set={(region) => set({ ...limits, region })}
        />
        <CheckedField
          title="Tags"
          hint="that every model must have, with commas"
          problem={null}
          placeholder="none"
          value={limits.tags}
          set={(tags) => set({ ...limits, tags })}
        />
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
