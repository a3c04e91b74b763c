import { escapeInvisible } from '../ui/escape-invisible.ts'

/** Whether a name chooses a model, and is none. */
export function isRouted(name: string): boolean {
  return name === 'auto' || name.startsWith('router-') || name.startsWith('policy-')
}

const groups = [
  { title: 'Policies', has: (name: string) => name === 'auto' || name.startsWith('policy-') },
  { title: 'Routers', has: (name: string) => name.startsWith('router-') },
  { title: 'Models', has: (name: string) => !isRouted(name) },
]

type NamePickerProps = {
  readonly name: string
  /** All that requests can name. */
  readonly names: readonly string[]
  readonly onChange: (name: string) => void
}

/** What decides: a policy, a router, or a model that is named itself. */
export function NamePicker({ name, names, onChange }: NamePickerProps) {
  const all = names.includes(name) ? names : [name, ...names]
  return (
    <label>
      <span class="quiet">Decided by</span>{' '}
      <select value={name} onChange={(event) => onChange(event.currentTarget.value)}>
        {groups.map(({ title, has }) => (
          <optgroup key={title} label={title}>
            {all.filter(has).map((each) => (
              <option key={each} value={each}>
                {escapeInvisible(each)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}
