import { useEffect, useState } from 'preact/hooks'

/** Where the page is: each view has a path, and what it filters by is in the query. */
export type Place = { readonly path: string; readonly query: URLSearchParams }

const listeners = new Set<() => void>()

export function readPlace(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) }
}

/** @param replace leaves no step in the history: for each letter of a search, say. */
export function navigate(url: string, replace = false): void {
  if (replace) history.replaceState(history.state, '', url)
  else history.pushState({ from: `${location.pathname}${location.search}` }, '', url)
  for (const listener of listeners) listener()
}

/** Goes back to where the person came from if that is `url`, so that Back does not open again what was left. */
export function leaveTo(url: string): void {
  if (history.state?.from === url) history.back()
  else navigate(url, true)
}

addEventListener('popstate', () => {
  for (const listener of listeners) listener()
})

export function usePlace(): Place {
  const [place, setPlace] = useState(readPlace)
  useEffect(() => {
    const listener = () => setPlace(readPlace())
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [])
  return place
}

/** Changes the query of the present view; null removes a parameter. */
export function changeQuery(changes: Readonly<Record<string, string | null>>, replace = false): void {
  const { path, query } = readPlace()
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name)
    else query.set(name, value)
  }
  navigate(formatUrl(path, query), replace)
}

export function formatUrl(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query}`
}
