import type { ModelColours } from '../../../charts/model-colours.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'

const mostBlocks = 40
const [blockWidth, step, height] = [5, 6, 12]

type ModelStripProps = {
  readonly models: readonly (string | null)[]
  /** Of the session, which may be more than the models. */
  readonly requests: number
  readonly colourOf: ModelColours
}

/** A block for each turn, in the colour of its model. */
export function ModelStrip({ models, requests, colourOf }: ModelStripProps) {
  const shown = models.slice(0, mostBlocks)
  if (shown.length === 0) return <span class="quiet">not kept</span>
  const width = shown.length * step
  return (
    <span class="strip">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={describe(models)}
      >
        <title>{describe(models)}</title>
        {shown.map((model, index) => (
          <rect
            key={index}
            class={model === null ? 'track' : `bar ${colourOf(model)}`}
            x={index * step}
            width={blockWidth}
            height={height}
            rx="1"
          />
        ))}
      </svg>
      {requests > shown.length && <span class="quiet small">+{requests - shown.length}</span>}
    </span>
  )
}

/** `large 3, small 2`, the first one that answered first. */
function describe(models: readonly (string | null)[]): string {
  const counts = new Map<string, number>()
  for (const model of models) {
    const name = model ?? 'no model'
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => `${escapeInvisible(name)} ${count}`).join(', ')
}
