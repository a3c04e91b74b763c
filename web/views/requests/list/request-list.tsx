import { useEffect, useRef, useState } from 'preact/hooks'
import type { RequestsAnswer } from '../../../../src/server/admin/api/requests.ts'
import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
import { requestJson } from '../../../api/request.ts'
import { useResource } from '../../../api/use-resource.ts'
import { changeQuery, type Place } from '../../../app/location.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { NameFilters } from '../../../filters/name-filters.tsx'
import { readRange } from '../../../filters/range.ts'
import { RangePicker } from '../../../filters/range-picker.tsx'
import { Empty, Failure, Loaded } from '../../../ui/states.tsx'
import { isWanted, readRequestFilter, shown } from './request-filter.ts'
import { RequestTable } from './request-table.tsx'
import { useLive } from './use-live.ts'

/** Requests with filters, newest first; live, if that is asked for. */
export function RequestList({ place }: { place: Place }) {
  const range = readRange(place.query, Date.now())
  const parameters = readRequestFilter(place.query, range)
  const isLive = place.query.has('live')
  const live = useLive(isLive, (request) => isWanted(parameters, request))
  const first = useResource<RequestsAnswer>(`/requests?${parameters}`)
  const older = useOlder(parameters)
  const list = useRef<HTMLDivElement>(null)
  const step = (by: number) => moveFocus(list.current, by)
  useKeys({ j: () => step(1), k: () => step(-1) })
  const knownIds = new Set(live.requests.map(({ id }) => id))
  return (
    <>
      <header class="view-head">
        <h1>Requests</h1>
        <button
          type="button"
          aria-pressed={isLive}
          class={isLive ? 'on' : ''}
          onClick={() => changeQuery({ live: isLive ? null : '1' })}
        >
          <span class={`dot ${live.state}`} /> Live
        </button>
        <RangePicker range={range} />
      </header>
      <div class="controls">
        <Search place={place} />
        <select
          aria-label="Status"
          value={place.query.get('status') ?? ''}
          onChange={(event) => changeQuery({ status: event.currentTarget.value })}
        >
          <option value="">Status: all</option>
          <option value="ok">answered</option>
          <option value="error">failed</option>
        </select>
        <label class="check">
          <input
            type="checkbox"
            checked={place.query.get('fallback') === 'true'}
            onChange={(event) => changeQuery({ fallback: event.currentTarget.checked ? 'true' : null })}
          />{' '}
          fallbacks only
        </label>
        <NameFilters place={place} range={range} shown={shown} />
      </div>
      {live.state === 'broken' && <p class="banner">The live tail is interrupted; it is tried again.</p>}
      {live.missed > 0 && <p class="banner">{live.missed} requests came too fast to be shown.</p>}
      <div ref={list}>
        <Loaded resource={first} what="The requests cannot be read">
          {(page) => {
            const requests = [
              ...live.requests,
              ...[...page.requests, ...older.requests].filter(({ id }) => !knownIds.has(id)),
            ]
            const next = older.requests.length > 0 ? older.next : page.next
            return requests.length === 0 ? (
              <NoRequests isLive={isLive} />
            ) : (
              <>
                <RequestTable requests={requests} search={location.search} />
                {older.error !== null && <Failure what="Older ones cannot be read" error={older.error} />}
                {next !== null && (
                  <button
                    type="button"
                    class="more"
                    disabled={older.isLoading}
                    onClick={() => older.read(next)}
                  >
                    {older.isLoading ? 'Reading …' : 'Older requests'}
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

function NoRequests({ isLive }: { isLive: boolean }) {
  return (
    <Empty title={isLive ? 'Waiting for a request …' : 'No requests match.'}>
      <p class="quiet">
        {isLive
          ? 'Each one appears here when it is over.'
          : 'Choose a longer time, or take a filter away. Requests appear here within seconds of their end.'}
      </p>
      {location.search !== '' && !isLive && (
        <button type="button" onClick={() => changeQuery(withoutFilters())}>
          Clear the filters
        </button>
      )}
    </Empty>
  )
}

function withoutFilters(): Readonly<Record<string, null>> {
  return Object.fromEntries([...new URLSearchParams(location.search).keys()].map((name) => [name, null]))
}

/** By the id of a request, or by that of a session. */
function Search({ place }: { place: Place }) {
  const session = place.query.get('session')
  const [text, setText] = useState(place.query.get('id') ?? session ?? '')
  const submit = (event: Event) => {
    event.preventDefault()
    const wanted = text.trim()
    const isRequest = /^(rllm-|chatcmpl-|msg_|resp_)/.test(wanted)
    changeQuery({ id: isRequest ? wanted : null, session: isRequest ? null : wanted })
  }
  return (
    <form class="search" onSubmit={submit}>
      <input
        type="search"
        aria-label="Id of a request or a session"
        placeholder="Request or session id"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          if (event.currentTarget.value === '') changeQuery({ id: null, session: null })
        }}
      />
    </form>
  )
}

/** Further pages, which are forgotten if the filters change. */
function useOlder(parameters: URLSearchParams) {
  const filter = parameters.toString()
  const [state, setState] = useState<Older>(nothing)
  useEffect(() => setState(nothing), [filter])
  const read = (before: number) => {
    setState((known) => ({ ...known, isLoading: true, error: null }))
    requestJson<RequestsAnswer>(`/requests?${filter}&before=${before}`).then(
      (page) =>
        setState((known) => ({
          requests: [...known.requests, ...page.requests],
          next: page.next,
          isLoading: false,
          error: null,
        })),
      (error: Error) => setState((known) => ({ ...known, isLoading: false, error })),
    )
  }
  return { ...state, read }
}

type Older = {
  readonly requests: readonly RequestSummary[]
  readonly next: number | null
  readonly isLoading: boolean
  readonly error: Error | null
}
const nothing: Older = { requests: [], next: null, isLoading: false, error: null }

/** Focuses the link of the next or the previous row. */
function moveFocus(list: HTMLElement | null, by: number): void {
  const links = Array.from(list?.querySelectorAll<HTMLElement>('[data-row]') ?? [])
  const at = links.indexOf(document.activeElement as HTMLElement)
  const next = links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
