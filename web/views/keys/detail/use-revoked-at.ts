import type { AuditAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { useResource } from '../../../api/use-resource.ts'

/** When the page has revoked a key; null while that is read, and for a key that was removed in another way. @param name null: it is a key. */
export function useRevokedAt(name: string | null): number | null {
  const query = name === null ? null : `/audit?subject=${encodeURIComponent(name)}&kind=keys&limit=1`
  const { data } = useResource<AuditAnswer>(query)
  const last = data?.events[0]
  return last?.action === 'revoke-key' ? last.time : null
}
