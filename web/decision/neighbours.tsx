import { formatFixed } from '../../src/base/text/format/format-number.ts'
import type { Neighbour } from '../../src/routing/routers/explanation.ts'
import { ForeignText } from '../ui/foreign-text.tsx'

/** The labelled prompts that the score depends on most. */
export function Neighbours({ nearest }: { nearest: readonly Neighbour[] }) {
  if (nearest.length === 0) return null
  return (
    <section class="stack wide" aria-label="Nearest labelled prompts">
      <h3>
        Nearest labelled prompts <span class="quiet small">similarity, who did better</span>
      </h3>
      <ul class="neighbours">
        {nearest.map((neighbour, index) => (
          <li key={index}>
            <span class="number">{formatFixed(neighbour.similarity, 2)}</span>
            <ForeignText text={describeWinner(neighbour)} most={40} />
            {neighbour.prompt === '' ? (
              <span class="quiet">text not kept</span>
            ) : (
              <ForeignText text={neighbour.prompt} most={160} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function describeWinner({ modelA, modelB, winA }: Neighbour): string {
  if (winA === 0.5) return 'both alike'
  return winA > 0.5 ? modelA : modelB
}
