import { join } from 'node:path'
import { type LockedRouter, lockFileName } from '../../../src/config/lock/lock-file.ts'
import { writeLock } from '../../../src/config/lock/write-lock.ts'
import { openExistingStore } from '../../../src/store/open-existing.ts'
import { addAuditEvent } from '../../../src/store/records/audit-trail.ts'
import { addServedChange } from '../../../src/store/records/served/served-change.ts'
import { lockedRouter } from '../loop/lock-files.ts'

const hour = 3_600_000

/**
 * Three versions of `auto`, as `learn` writes them: one that was in service, the one that is, and a canary; and labels of a person.
 *
 * @param hostile the `why` of an event, and the router that the first was compared with.
 */
export async function addServedVersions(folder: string, hostile: string): Promise<void> {
  const evidence = { apgr: 0.71, lossBound: 0.041, lost: 18, strongCallFraction: 0.44 }
  const versions: readonly LockedRouter[] = [
    await lockedRouter(folder, 'learned-2026-11-20', {
      threshold: 0.4,
      evidence: { against: hostile, ...evidence },
    }),
    await lockedRouter(folder, 'learned-2026-11-27', {
      threshold: 0.35,
      evidence: { ...evidence, against: 'learned-2026-11-20', apgr: 0.74 },
    }),
    await lockedRouter(folder, 'learned-2026-11-29', {
      threshold: 0.3,
      evidence: { ...evidence, against: 'learned-2026-11-27', apgr: 0.76, lossBound: 0.032 },
    }),
  ]
  const [, second, third] = versions as readonly [LockedRouter, LockedRouter, LockedRouter]
  const db = await openExistingStore(join(folder, '.routellm'), true)
  const began = Date.now() - 200 * hour
  for (const [index, locked] of versions.entries()) {
    const time = began + index * 48 * hour
    const action = locked === third ? 'canary' : 'promote'
    const detail = {
      router: locked.router,
      sha256: locked.sha256,
      why: index === 0 ? hostile : 'It is cheaper and as good.',
    }
    await addServedChange(db, {
      event: { time, actor: 'learn', action, subject: 'auto', detail },
      version: { time, policy: 'auto', locked, state: locked === third ? 'canary' : 'served' },
    })
  }
  const labelled = { actor: 'page', subject: 'r-1', detail: { verdict: 'left', by: 'ada' } }
  for (const [index, action] of ['label', 'label-skip', 'label', 'label'].entries())
    await addAuditEvent(db, { ...labelled, action, time: began + (100 + index) * hour })
  await db.destroy()
  const since = new Date(began + 96 * hour).toISOString()
  await writeLock(join(folder, lockFileName), {
    policies: { auto: { serving: second, canary: { ...third, share: 0.2, sessions: 400, since } } },
  })
}
