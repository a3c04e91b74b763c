import type { View } from './view.ts'

/** In the order of the navigation. */
export const views: readonly View[] = [
  { title: 'Overview', path: '/', key: 'o', load: () => import('./overview/view.tsx') },
  { title: 'Curve', path: '/curve', key: 'c', load: () => import('./curve/view.tsx') },
  { title: 'Requests', path: '/requests', key: 'r', load: () => import('./requests/view.tsx') },
  { title: 'Sessions', path: '/sessions', key: 's', load: () => import('./sessions/view.tsx') },
  { title: 'Label', path: '/label', key: 'l', load: () => import('./label/view.tsx') },
  { title: 'Routers', path: '/routers', key: 'v', load: () => import('./routers/view.tsx') },
  { title: 'Playground', path: '/playground', key: 'p', load: () => import('./playground/view.tsx') },
  { title: 'Keys', path: '/keys', key: 'k', load: () => import('./keys/view.tsx') },
]

/** The view of a path, and the item of it that the path names. */
export function findView(path: string): { readonly view: View; readonly item: string | null } | null {
  for (const view of views) {
    if (path === view.path || path === `${view.path}/`) return { view, item: null }
    const below = view.path === '/' ? null : `${view.path}/`
    if (below !== null && path.startsWith(below)) return { view, item: decode(path.slice(below.length)) }
  }
  return null
}

/** An item as the end of a path. Browsers take `.` and `..` for other paths, however they are escaped, so these get a tilde. */
export function toItemPath(item: string): string {
  return encodeURIComponent(/^(?:~|\.{1,2}$)/.test(item) ? `~${item}` : item)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text).replace(/^~/, '')
  } catch {
    return text
  }
}
