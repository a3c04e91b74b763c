import type { AuditAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { useResource } from '../../../api/use-resource.ts'

/** When keys were revoked, by their names: of the latest 100 changes of keys by the page. @param isNeeded whether to read them. */
export function useRevocations(isNeeded: boolean): ReadonlyMap<string, number> {
  const { data } = useResource<AuditAnswer>(isNeeded ? '/audit?kind=keys&limit=100' : null)
  const latest = new Map<string, AuditAnswer['events'][number]>()
  for (const event of data?.events ?? []) if (!latest.has(event.subject)) latest.set(event.subject, event)
  const revocations = [...latest.values()].filter(({ action }) => action === 'revoke-key')
  return new Map(revocations.map(({ subject, time }) => [subject, time]))
}
