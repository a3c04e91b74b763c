import { useEffect, useRef, useState } from 'preact/hooks'
import type { SearchAnswer } from '../../../../src/server/admin/api/request-texts.ts'
import { postJson } from '../../../api/request.ts'

/** What was found so far. */
export type TextSearch = Pick<SearchAnswer, 'requests' | 'next' | 'searchedTo' | 'texts'> & {
  /** `full`: a page is. `done`: all requests were looked at. */
  readonly state: 'running' | 'full' | 'stopped' | 'failed' | 'done'
  readonly error: Error | null
  readonly isSession: boolean
  /** Null: nothing was answered yet. */
  readonly kept: SearchAnswer['kept'] | null
}

const pageSize = 50
const nothing: TextSearch = {
  ...{ requests: [], next: null, searchedTo: null, texts: 0 },
  ...{ state: 'running', error: null, isSession: false, kept: null },
}

/** Searches at once, call by call, until a page is full. @param question of the component's whole life. */
export function useTextSearch(question: Readonly<Record<string, unknown>>): {
  readonly search: TextSearch
  stop(): void
  goOn(): void
} {
  const [search, setSearch] = useState(nothing)
  const control = useRef<AbortController | null>(null)
  const goOn = () => {
    control.current = new AbortController()
    void searchPage(question, search, control.current.signal, setSearch)
  }
  const stop = () => control.current?.abort()
  useEffect(() => {
    goOn()
    return stop
  }, [])
  return { search, stop, goOn }
}

async function searchPage(
  question: Readonly<Record<string, unknown>>,
  begun: TextSearch,
  signal: AbortSignal,
  show: (search: TextSearch) => void,
): Promise<void> {
  let search: TextSearch = { ...begun, state: 'running', error: null }
  const wanted = search.requests.length + pageSize
  show(search)
  try {
    while (search.state === 'running') {
      const before = search.next === null ? {} : { before: search.next }
      const limit = wanted - search.requests.length
      const body = { ...question, ...before, limit }
      const page = await postJson<SearchAnswer>('/requests/search', body, { signal })
      const requests = [...search.requests, ...page.requests]
      search = {
        requests,
        next: page.next,
        searchedTo: page.searchedTo ?? search.searchedTo,
        texts: search.texts + page.texts,
        state: page.next === null ? 'done' : requests.length >= wanted ? 'full' : 'running',
        error: null,
        isSession: search.isSession || page.isSession,
        kept: page.kept,
      }
      show(search)
    }
  } catch (error) {
    show(
      signal.aborted
        ? { ...search, state: 'stopped' }
        : { ...search, state: 'failed', error: error as Error },
    )
  }
}
