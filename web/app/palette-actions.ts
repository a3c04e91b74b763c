import type { KeysAnswer } from '../../src/server/admin/api/keys/routes.ts'
import { toItemPath } from '../views/registry.ts'
import { navigate } from './location.ts'
import type { Action } from './palette.tsx'

const open = (title: string, words: string, url: string): Action => ({
  title,
  words,
  run: () => navigate(url),
})

/** What is done in a view, found by what it is called. */
export const placeActions: readonly Action[] = [
  open('Make a key', 'new create add', '/keys?new=1'),
  open('Revoke a key or change its limits', 'remove delete', '/keys'),
  open('Show failed requests', 'errors', '/requests?status=error'),
  open('Watch live requests', 'tail', '/requests?live=1'),
  open('Roll back or promote a version of a policy', 'undo versions service canary', '/routers'),
  open('Label the next answer', 'judge compare', '/label'),
]

/** Keys and policies by their names. */
export function nameActions(list: KeysAnswer | null): readonly Action[] {
  if (list === null) return []
  return [
    ...list.keys.map(({ name }) =>
      open(`Open the key ${name}`, 'limits revoke use', `/keys/${toItemPath(name)}`),
    ),
    ...list.policies.map((name) =>
      open(`Requests of the policy ${name}`, '', `/requests?policy=${encodeURIComponent(name)}`),
    ),
  ]
}
