import { useState } from 'preact/hooks'
import type { SessionAnswer } from '../../../../src/server/admin/api/sessions/routes.ts'
import { describeDecision } from '../../../decision/words/describe-decider.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatUsd } from '../../../ui/format.ts'
import { TableFrame } from '../../../ui/table/table-frame.tsx'

const shownAtFirst = 20

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
      <TableFrame kind="bare">
        <table>
          <thead>
            <tr>
              <th scope="col">Turn</th>
              <th scope="col">From, to, decided by</th>
              <th scope="col" class="number">
                Tokens read anew
              </th>
              <th scope="col" class="number">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {(isWhole ? switches : switches.slice(0, shownAtFirst)).map(
              ({ index, from, model, decidedBy, coldTokens, coldUsd }) => (
                <tr key={index}>
                  <td>
                    <button type="button" class="link" onClick={() => choose(index)}>
                      {index + 1}
                    </button>
                  </td>
                  <td>
                    <ForeignText text={from} most={24} /> → <ForeignText text={model ?? ''} most={24} />
                    <div class="small quiet decided-by">
                      <ForeignText text={describeDecision({ ...turns[index]!, decidedBy })} most={400} />
                    </div>
                  </td>
                  <td class="number">{formatCount(coldTokens)}</td>
                  <td class="number">{coldUsd === null ? 'unpriced' : formatUsd(coldUsd)}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </TableFrame>
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
