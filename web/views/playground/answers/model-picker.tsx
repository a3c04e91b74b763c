import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'

const mostModels = 4

type ModelPickerProps = {
  readonly chosen: readonly string[]
  /** Names of all models. */
  readonly models: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

/** Up to four models that are asked. */
export function ModelPicker({ chosen, models, onChange }: ModelPickerProps) {
  const others = models.filter((model) => !chosen.includes(model))
  return (
    <>
      {chosen.map((model) => (
        <button
          key={model}
          type="button"
          class="chip"
          disabled={chosen.length === 1}
          title={`Do not ask ${escapeInvisible(model, 200)}`}
          onClick={() => onChange(chosen.filter((each) => each !== model))}
        >
          <ForeignText text={model} most={32} /> <span aria-hidden="true">×</span>
        </button>
      ))}
      {others.length > 0 && chosen.length < mostModels && (
        <select
          aria-label="Ask another model too"
          value=""
          onChange={(event) => onChange([...chosen, event.currentTarget.value])}
        >
          <option value="">Add a model</option>
          {others.map((model) => (
            <option key={model} value={model}>
              {escapeInvisible(model)}
            </option>
          ))}
        </select>
      )}
    </>
  )
}
