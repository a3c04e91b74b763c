import { useState } from 'preact/hooks'
import type { SessionAnswer, SessionTurn } from '../../../../src/server/admin/api/sessions/routes.ts'
import { describeDecision } from '../../../decision/words/describe-decider.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatScore, formatUsd } from '../../../ui/format.ts'
import { type Column, RowTable } from '../../../ui/table/row-table.tsx'

const shownAtFirst = 20

type Switch = NonNullable<NonNullable<SessionTurn['costs']>['switch']> & {
  /** The place of its turn, from 0. */
  readonly index: number
  readonly model: string | null
}

type SwitchesCardProps = Pick<SessionAnswer, 'turns' | 'totals'> & {
  readonly choose: (index: number) => void
}

/** Each switch of the model, who decided it, and what the cold cache cost. */
export function SwitchesCard({ turns, totals, choose }: SwitchesCardProps) {
  const [isWhole, setWhole] = useState(false)
  if (totals === null) return null
  const switches = turns.flatMap(({ costs, model }, index) =>
    costs === null || costs.switch === null ? [] : [{ ...costs.switch, index, model }],
  )
  if (switches.length === 0)
    return (
      <section class="card">
        <h2>Switches</h2>
        <p class="quiet">The model never changed, so no cache went cold.</p>
      </section>
    )
  return (
    <section class="card">
      <h2>
        <span>Switches</span>
        <span>{formatCount(switches.length)}</span>
      </h2>
      <RowTable
        name="switches"
        isBare
        columns={columnsOf(turns, choose)}
        rows={isWhole ? switches : switches.slice(0, shownAtFirst)}
        keyOf={({ index }) => index}
      />
      {switches.length > shownAtFirst && (
        <button type="button" class="more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show the first only' : `All ${formatCount(switches.length)} switches`}
        </button>
      )}
      <p class="quiet small">
        What the prompt of the turn before, warm in the cache of its model, cost when the new model read it
        anew: input price less cache price. A cache lives 5 minutes; prompts below 1,024 tokens have none.
      </p>
    </section>
  )
}

function columnsOf(
  turns: readonly SessionTurn[],
  choose: (index: number) => void,
): readonly Column<Switch>[] {
  return [
    {
      title: 'Turn',
      place: 'lead',
      cell: ({ index }) => (
        <button type="button" class="link" onClick={() => choose(index)}>
          {index + 1}
        </button>
      ),
    },
    {
      title: 'From, to, decided by',
      place: 'whole',
      cell: ({ index, from, model, decidedBy }) => (
        <div>
          <ForeignText text={from} most={24} /> → <ForeignText text={model ?? ''} most={24} />
          <div class="small quiet decided-by">
            <ForeignText text={describeDecision({ ...turns[index]!, decidedBy })} most={400} />
          </div>
        </div>
      ),
    },
    {
      title: 'Win rate, threshold',
      isNumber: true,
      cell: ({ index }) => formatComparison(turns[index]!),
    },
    { title: 'Tokens read anew', isNumber: true, cell: ({ coldTokens }) => formatCount(coldTokens) },
    {
      title: 'Cost',
      isNumber: true,
      place: 'end',
      cell: ({ coldUsd }) => (coldUsd === null ? 'unpriced' : formatUsd(coldUsd)),
    },
  ]
}

/** `0.612, 0.450`; of a turn without a score a dash. */
function formatComparison({ strongWinRate, threshold }: SessionTurn): string {
  if (strongWinRate === null || threshold === null) return formatScore(strongWinRate)
  return `${formatScore(strongWinRate)}, ${formatScore(threshold)}`
}
