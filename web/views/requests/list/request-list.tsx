import { useState } from 'preact/hooks'
import type { RequestsAnswer } from '../../../../src/server/admin/api/requests.ts'
import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
import { requestJson } from '../../../api/request.ts'
import { useFurther } from '../../../api/use-further.ts'
import { useResource } from '../../../api/use-resource.ts'
import { useListKeys } from '../../../app/list-keys.ts'
import { changeQuery, type Place } from '../../../app/location.ts'
import { isRequestId } from '../../../app/request-id.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { NameFilters } from '../../../filters/name-filters.tsx'
import { readRange } from '../../../filters/range.ts'
import { RangePicker } from '../../../filters/range-picker.tsx'
import { More } from '../../../ui/more.tsx'
import { Search } from '../../../ui/search.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { FoundRequests } from './found-requests.tsx'
import { isWanted } from './is-wanted.ts'
import { readRequestFilter, shown } from './request-filter.ts'
import { RequestTable } from './request-table.tsx'
import { findSearchedText, keepSearchedText } from './searched-text.ts'
import { StatusFilter } from './status-filter.tsx'
import { useLive } from './use-live.ts'

/** Requests with filters, newest first; live, if that is asked for. */
export function RequestList({ place }: { place: Place }) {
  const range = readRange(place.query, Date.now())
  const parameters = readRequestFilter(place.query, range)
  const text = findSearchedText(place.query)
  const isLive = place.query.has('live') && text === null
  const first = useResource<RequestsAnswer>(text === null ? `/requests?${parameters}` : null)
  const live = useLive(isLive, (request) => isWanted(parameters, request), first.retry)
  const older = useFurther<RequestSummary, number>(first, async (before) => {
    const { requests, next } = await requestJson<RequestsAnswer>(`/requests?${parameters}&before=${before}`)
    return { items: requests, next }
  })
  const list = useListKeys()
  const [isUnfolded, setUnfolded] = useState(false)
  const filters = ['status', 'fallback', ...shown].filter((name) => place.query.has(name)).length
  const switchLive = () => changeQuery({ live: isLive ? null : '1' })
  useKeys([{ on: ['l'], title: 'Live requests, on or off', run: switchLive }])
  const knownIds = new Set(live.requests.map(({ id }) => id))
  return (
    <>
      <header class="view-head wide">
        <h1>Requests</h1>
        <button
          type="button"
          aria-pressed={isLive}
          class={isLive ? 'on' : ''}
          disabled={text !== null}
          onClick={switchLive}
        >
          <span class={`dot ${live.state}`} /> Live
        </button>
        <RangePicker range={range} />
      </header>
      <div class={`controls foldable ${isUnfolded ? '' : 'folded'}`}>
        <Search
          label="Text of prompts, or the id of a request or a session"
          placeholder="Text of prompts, or an id"
          text={text ?? place.query.get('id') ?? place.query.get('session') ?? ''}
          onSearch={search}
        />
        <button
          type="button"
          class="fold"
          aria-expanded={isUnfolded}
          onClick={() => setUnfolded(!isUnfolded)}
        >
          {isUnfolded ? 'Hide filters' : `Filters${filters === 0 ? '' : ` (${filters})`}`}
        </button>
        <StatusFilter chosen={place.query.get('status') ?? ''} />
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
      {place.query.has('search') && text === null && (
        <p class="banner">What was searched for is in no address. Search again.</p>
      )}
      <div ref={list}>
        {text !== null && (
          <FoundRequests
            key={`${place.query}`}
            question={{ ...Object.fromEntries(parameters), text, whole: place.query.has('whole') }}
          />
        )}
        {text === null && (
          <Loaded resource={first} what="The requests cannot be read">
            {(page) => {
              const requests = [
                ...live.requests,
                ...[...page.requests, ...older.items].filter(({ id }) => !knownIds.has(id)),
              ]
              return requests.length === 0 ? (
                <NoRequests isLive={isLive} />
              ) : (
                <>
                  <RequestTable requests={requests} search={location.search} />
                  <More further={older} first={page.next} title="Older requests" />
                </>
              )
            }}
          </Loaded>
        )}
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

/** By the id of a request, or by text; that of a session is recognised when it is searched for. */
function search(wanted: string): void {
  const isRequest = isRequestId(wanted)
  const isText = wanted !== '' && !isRequest
  changeQuery({
    id: isRequest ? wanted : null,
    session: null,
    search: isText ? keepSearchedText(wanted) : null,
  })
}
