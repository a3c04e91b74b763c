import type { LockedRouter } from '../../config/lock/lock-file.ts'
import type { Database } from '../database/open-database.ts'

/** A router that was put in service for a policy, as the lock file has it. */
export type RouterVersion = {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly policy: string
  readonly locked: LockedRouter
}

export async function addVersion(db: Database, { time, policy, locked }: RouterVersion): Promise<void> {
  await db
    .insertInto('versions')
    .values({
      id: `${policy}/${locked.router}/${time}`,
      time,
      kind: 'router',
      name: policy,
      sha256: locked.sha256,
      manifest: JSON.stringify(locked),
    })
    .execute()
}

/** The versions of a policy, the oldest first. */
export async function listVersions(db: Database, policy: string): Promise<readonly RouterVersion[]> {
  const rows = await db
    .selectFrom('versions')
    .select(['time', 'name', 'manifest'])
    .where('kind', '=', 'router')
    .where('name', '=', policy)
    .orderBy('time')
    .orderBy('id')
    .execute()
  return rows.map(({ time, name, manifest }) => ({
    time,
    policy: name,
    locked: JSON.parse(manifest) as LockedRouter,
  }))
}
