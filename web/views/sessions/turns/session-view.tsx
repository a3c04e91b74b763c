import { useMemo } from 'preact/hooks'
import type { SessionAnswer } from '../../../../src/server/admin/api/sessions/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import { Link } from '../../../app/link.tsx'
import { changeQuery, formatUrl, leaveTo, navigate, type Place, readPlace } from '../../../app/location.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatExactTime, formatMs } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/states.tsx'
import { LaneChart } from './lane-chart.tsx'
import { LaneKey } from './lane-key.tsx'
import { SwitchesCard } from './switches-card.tsx'
import { TotalsCards } from './totals-cards.tsx'
import { TurnCard } from './turn-card.tsx'

/** The turns of one session: which model, with which cache, for how many dollars. */
export function SessionView({ id, place }: { id: string; place: Place }) {
  const session = useResource<SessionAnswer>(`/sessions/turns?id=${encodeURIComponent(id)}`)
  const rest = new URLSearchParams(place.query)
  rest.delete('turn')
  const back = formatUrl('/sessions', rest)
  useKeys([{ on: ['Escape'], title: 'All sessions', run: () => leaveTo(back) }])
  return (
    <>
      <header class="view-head wide">
        <h1>
          Session <ForeignText text={id} most={60} />
        </h1>
        <Link href={`/requests?session=${encodeURIComponent(id)}`} class="button">
          Its requests
        </Link>
        <Link href={back} class="button">
          All sessions <kbd>Esc</kbd>
        </Link>
      </header>
      <Loaded resource={session} what="The session cannot be read">
        {(answer) => <Turns answer={answer} place={place} />}
      </Loaded>
    </>
  )
}

/** The place of the turn that the address names, from 0. */
function readChosen({ query }: Place, turns: number): number {
  const asked = Number(query.get('turn') ?? 1)
  return Math.max(0, Math.min(turns - 1, (Number.isInteger(asked) ? asked : 1) - 1))
}

function Turns({ answer, place }: { answer: SessionAnswer; place: Place }) {
  const { turns, totals, hasMore } = answer
  const chosen = readChosen(place, turns.length)
  const choose = (index: number) =>
    changeQuery({ turn: String(Math.max(0, Math.min(turns.length - 1, index)) + 1) }, true)
  const turn = turns[chosen]
  const trace = turn === undefined ? null : `/requests/${encodeURIComponent(turn.id)}`
  // From the address as it is now: keys can come faster than the view is drawn.
  const next = () => choose(readChosen(readPlace(), turns.length) + 1)
  const previous = () => choose(readChosen(readPlace(), turns.length) - 1)
  useKeys([
    { on: ['ArrowRight', 'j'], title: 'Next turn', run: next },
    { on: ['ArrowLeft', 'k'], title: 'Turn before', run: previous },
    { on: ['Home'], title: 'First turn', run: () => choose(0) },
    { on: ['End'], title: 'Last turn', run: () => choose(turns.length - 1) },
    { on: ['Enter'], title: 'Open the trace of the turn', run: () => trace !== null && navigate(trace) },
  ])
  const times = useMemo(() => describeTimes(answer), [answer])
  return (
    <>
      <p class="quiet">{times}</p>
      {hasMore && (
        <p class="banner">
          The first {turns.length.toLocaleString('en')} turns; the others are among its requests.
        </p>
      )}
      <TotalsCards turns={turns} totals={totals} />
      <section class="card">
        <h2>
          <span>Turns</span>
          <span class="small">
            <kbd>←</kbd> <kbd>→</kbd> choose, <kbd>Enter</kbd> opens the trace
          </span>
        </h2>
        <LaneChart turns={turns} chosen={chosen} choose={choose} />
        <LaneKey />
      </section>
      <div class="grid wide">
        {turn !== undefined && <TurnCard turn={turn} index={chosen} before={turns[chosen - 1] ?? null} />}
        <SwitchesCard turns={turns} totals={totals} choose={choose} />
      </div>
    </>
  )
}

function describeTimes({ turns }: SessionAnswer): string {
  const [first, last] = [turns[0], turns.at(-1)]
  if (first === undefined || last === undefined) return ''
  const span =
    turns.length === 1 ? '' : `, ${formatMs(last.time - first.time)} from the first to the last turn`
  return `${formatExactTime(first.time)}${span}`
}
