import { useEffect, useRef, useState } from 'preact/hooks'
import type { SessionsAnswer } from '../../../../src/server/admin/api/sessions/routes.ts'
import { requestJson } from '../../../api/request.ts'
import { useResource } from '../../../api/use-resource.ts'
import { changeQuery, type Place } from '../../../app/location.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { NameFilters } from '../../../filters/name-filters.tsx'
import { readRange } from '../../../filters/range.ts'
import { RangePicker } from '../../../filters/range-picker.tsx'
import { Command, Empty, Failure, Loaded } from '../../../ui/states.tsx'
import { orders, readSessionFilter, shown } from './session-filter.ts'
import { SessionTable } from './session-table.tsx'

/** Sessions whose last request came in the time: the newest, the dearest or the longest first. */
export function SessionList({ place }: { place: Place }) {
  const range = readRange(place.query, Date.now())
  const parameters = readSessionFilter(place.query, range)
  const first = useResource<SessionsAnswer>(`/sessions?${parameters}`)
  const further = useFurther(parameters.toString())
  const list = useRef<HTMLDivElement>(null)
  const step = (by: number) => moveFocus(list.current, by)
  useKeys({ j: () => step(1), k: () => step(-1) })
  const order = parameters.get('order') ?? 'newest'
  return (
    <>
      <header class="view-head">
        <h1>Sessions</h1>
        <RangePicker range={range} />
      </header>
      <div class="controls">
        <Search place={place} />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of buttons everywhere */}
        <div class="segments" role="group" aria-label="Order">
          {orders.map(({ name, title }) => (
            <button
              key={name}
              type="button"
              aria-pressed={order === name}
              onClick={() => changeQuery({ order: name === 'newest' ? null : name })}
            >
              {title}
            </button>
          ))}
        </div>
        <NameFilters place={place} range={range} shown={shown} />
      </div>
      <div ref={list}>
        <Loaded resource={first} what="The sessions cannot be read">
          {(page) => {
            const sessions = [...page.sessions, ...further.sessions]
            const next = further.sessions.length > 0 ? further.next : page.next
            return sessions.length === 0 ? (
              <NoSessions place={place} />
            ) : (
              <>
                <SessionTable sessions={sessions} search={location.search} />
                {further.error !== null && <Failure what="More cannot be read" error={further.error} />}
                {next !== null && (
                  <button
                    type="button"
                    class="more"
                    disabled={further.isLoading}
                    onClick={() => further.read(next)}
                  >
                    {further.isLoading ? 'Reading …' : 'More sessions'}
                  </button>
                )}
              </>
            )
          }}
        </Loaded>
      </div>
    </>
  )
}

function NoSessions({ place }: { place: Place }) {
  const isFiltered = [...shown, 'id'].some((name) => place.query.has(name))
  if (isFiltered)
    return (
      <Empty title="No sessions match.">
        <p class="quiet">
          Choose a longer time, or take a filter away. A session appears some ten seconds after its first
          request.
        </p>
        <button type="button" onClick={() => changeQuery({ id: null, policy: null, key: null, tag: null })}>
          Clear the filters
        </button>
      </Empty>
    )
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello' }] })
  return (
    <Empty title="No sessions in this time.">
      <p class="quiet">
        Requests with the same <code>x-routellm-session</code>, or of one conversation of a coding agent, are
        a session. Send one, and it appears here within ten seconds:
      </p>
      <Command
        text={`curl ${location.origin}/v1/chat/completions -H 'x-routellm-session: first' -H 'content-type: application/json' -d '${body}'`}
      />
    </Empty>
  )
}

/** By the beginning of the id, at any time. */
function Search({ place }: { place: Place }) {
  const [text, setText] = useState(place.query.get('id') ?? '')
  const submit = (event: Event) => {
    event.preventDefault()
    changeQuery({ id: text.trim() })
  }
  return (
    <form class="search" onSubmit={submit}>
      <input
        type="search"
        aria-label="Beginning of a session’s id, at any time"
        placeholder="Session id"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          if (event.currentTarget.value === '') changeQuery({ id: null })
        }}
      />
    </form>
  )
}

type Further = {
  readonly sessions: SessionsAnswer['sessions']
  readonly next: string | null
  readonly isLoading: boolean
  readonly error: Error | null
}
const nothing: Further = { sessions: [], next: null, isLoading: false, error: null }

/** Further pages, which are forgotten if the filter changes. */
function useFurther(filter: string) {
  const [state, setState] = useState<Further>(nothing)
  const asked = useRef(filter)
  useEffect(() => {
    asked.current = filter
    setState(nothing)
  }, [filter])
  const read = (after: string) => {
    const isAsked = () => asked.current === filter
    setState((known) => ({ ...known, isLoading: true, error: null }))
    requestJson<SessionsAnswer>(`/sessions?${filter}&after=${encodeURIComponent(after)}`).then(
      ({ sessions, next }) => {
        if (isAsked())
          setState((known) => ({
            sessions: [...known.sessions, ...sessions],
            next,
            isLoading: false,
            error: null,
          }))
      },
      (error: Error) => {
        if (isAsked()) setState((known) => ({ ...known, isLoading: false, error }))
      },
    )
  }
  return { ...state, read }
}

/** Focuses the link of the next or the previous row. */
function moveFocus(list: HTMLElement | null, by: number): void {
  const links = Array.from(list?.querySelectorAll<HTMLElement>('[data-row]') ?? [])
  const at = links.indexOf(document.activeElement as HTMLElement)
  const next = links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
