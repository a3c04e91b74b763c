import type { LockedRouter } from '../../config/lock/lock-file.ts'
import type { Database } from '../database/open-database.ts'
import type { LockedVersion, NewVersion, RouterVersion, VersionState } from './types/versions.ts'

export function isRouter(locked: LockedVersion): locked is LockedRouter {
  return 'router' in locked
}

export function isSameVersion(one: LockedVersion, other: LockedVersion): boolean {
  const [digest, otherDigest] = [one, other].map((each) => (isRouter(each) ? each.sha256 : null))
  return digest === otherDigest && one.threshold === other.threshold
}

const kinds: Readonly<Record<VersionState, string>> = {
  served: 'router',
  'rolled-back': 'rolled-back',
  canary: 'canary',
}

export async function addVersion(
  db: Database,
  { time, policy, locked, state = 'served' }: NewVersion,
): Promise<void> {
  await db
    .insertInto('versions')
    .values({
      id: `${policy}/${isRouter(locked) ? locked.router : `threshold-${locked.threshold}`}/${time}`,
      time,
      kind: kinds[state],
      name: policy,
      sha256: isRouter(locked) ? locked.sha256 : null,
      manifest: JSON.stringify(locked),
    })
    .execute()
}

/** The versions of a policy, the oldest first. */
export async function listVersions(db: Database, policy: string): Promise<readonly RouterVersion[]> {
  const rows = await db
    .selectFrom('versions')
    .select(['id', 'time', 'name', 'kind', 'manifest'])
    .where('kind', 'in', Object.values(kinds))
    .where('name', '=', policy)
    .orderBy('time')
    .orderBy('id')
    .execute()
  return rows.map(({ id, time, name, kind, manifest }) => ({
    id,
    time,
    policy: name,
    state: stateOf(kind),
    locked: JSON.parse(manifest) as LockedVersion,
  }))
}

function stateOf(kind: string): VersionState {
  return kind === kinds.canary ? 'canary' : kind === kinds['rolled-back'] ? 'rolled-back' : 'served'
}

/** Notes that versions were taken out of service by a roll back. */
export async function markRolledBack(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('versions')
    .set({ kind: kinds['rolled-back'] })
    .where('id', 'in', ids)
    .where('kind', '=', kinds.served)
    .execute()
}
