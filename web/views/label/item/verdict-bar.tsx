import type { LabelItemAnswer } from '../../../../src/server/admin/api/label/routes.ts'
import type { Verdict } from './use-labelling.ts'

type Choice = { readonly verdict: Verdict; readonly title: string; readonly keys: string }

const ofTwo: readonly Choice[] = [
  { verdict: 'left', title: 'Left is better', keys: '1 ←' },
  { verdict: 'equal', title: 'Equally good', keys: '0 =' },
  { verdict: 'bad', title: 'Both are bad', keys: 'b' },
  { verdict: 'right', title: 'Right is better', keys: '2 →' },
]
const ofOne: readonly Choice[] = [
  { verdict: 'good', title: 'Good enough', keys: '1 ←' },
  { verdict: 'bad', title: 'Not good enough', keys: '2 →' },
]
const skip: Choice = { verdict: 'skip', title: 'Skip', keys: 's' }

type VerdictBarProps = {
  readonly item: LabelItemAnswer
  readonly isBusy: boolean
  readonly answer: (verdict: Verdict) => void
}

/** What can be said of what is shown, with the key of each. */
export function VerdictBar({ item, isBusy, answer }: VerdictBarProps) {
  const { kind } = item.answers
  const choices = kind === 'two' ? ofTwo : kind === 'one' ? ofOne : []
  return (
    <div class={`verdicts of-${kind}`}>
      {[...choices, skip].map(({ verdict, title, keys }) => (
        <button
          key={verdict}
          type="button"
          class={`verdict-${verdict}`}
          disabled={isBusy}
          onClick={() => answer(verdict)}
        >
          {title} <kbd>{keys}</kbd>
        </button>
      ))}
    </div>
  )
}
