import type { SessionsAnswer } from '../../../../src/server/admin/api/sessions/routes.ts'
import { requestJson } from '../../../api/request.ts'
import { useFurther } from '../../../api/use-further.ts'
import { useResource } from '../../../api/use-resource.ts'
import { useListKeys } from '../../../app/list-keys.ts'
import { changeQuery, type Place } from '../../../app/location.ts'
import { NameFilters } from '../../../filters/name-filters.tsx'
import { readRange } from '../../../filters/range.ts'
import { RangePicker } from '../../../filters/range-picker.tsx'
import { ExampleRequest } from '../../../ui/example-request.tsx'
import { More } from '../../../ui/more.tsx'
import { Search } from '../../../ui/search.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { orders, readSessionFilter, shown } from './session-filter.ts'
import { SessionTable } from './session-table.tsx'

type Session = SessionsAnswer['sessions'][number]

/** Sessions whose last request came in the time: the newest, the dearest or the longest first. */
export function SessionList({ place }: { place: Place }) {
  const range = readRange(place.query, Date.now())
  const parameters = readSessionFilter(place.query, range)
  const first = useResource<SessionsAnswer>(`/sessions?${parameters}`)
  const further = useFurther<Session, string>(first, async (after) => {
    const path = `/sessions?${parameters}&after=${encodeURIComponent(after)}`
    const { sessions, next } = await requestJson<SessionsAnswer>(path)
    return { items: sessions, next }
  })
  const list = useListKeys()
  const order = parameters.get('order') ?? 'newest'
  return (
    <>
      <header class="view-head wide">
        <h1>Sessions</h1>
        <RangePicker range={range} />
      </header>
      <div class="controls">
        <Search
          label="Beginning of a session’s id, at any time"
          placeholder="Session id"
          text={place.query.get('id') ?? ''}
          onSearch={(id) => changeQuery({ id })}
        />
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
            const sessions = [...page.sessions, ...further.items]
            return sessions.length === 0 ? (
              <NoSessions place={place} />
            ) : (
              <>
                <SessionTable sessions={sessions} search={location.search} />
                <More further={further} first={page.next} title="More sessions" />
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
  return (
    <Empty title="No sessions in this time.">
      <p class="quiet">
        Requests with the same <code>x-routellm-session</code>, or of one conversation of a coding agent, are
        a session. Send one, and it appears here within ten seconds:
      </p>
      <ExampleRequest model="auto" options="-H 'x-routellm-session: first' " />
    </Empty>
  )
}
