import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LabelledStoreOptions, writeLabelledStore } from '../../../test/support/loop/labelled-store.ts'
import { applyLock } from '../../config/lock/apply-lock.ts'
import { readLock } from '../../config/lock/read-lock.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { openExistingStore } from '../../store/open-existing.ts'
import { listAuditEvents } from '../../store/records/audit-trail.ts'
import { finishJob, takeJob } from '../../store/records/running-jobs.ts'
import { runJob } from '../job.ts'
import type { Workspace } from '../workspace.ts'
import { learnJob } from './job.ts'
import type { LearnPayload } from './payload.ts'

const time = '2026-11-28T12:00:00.000Z'
const now = Date.parse(time)
const dayMs = 86_400_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-learn-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const lockFile = () => join(folder, 'routellm.lock.yaml')
const storeFolder = () => join(folder, '.routellm')

/** As a command has it: with the lock file applied. In service is a router that sends everything to the strong model. */
async function workspace(learn: string, more: string): Promise<Workspace> {
  const config = parseConfig(
    `version: 1
providers: { local: { kind: openai-compatible, baseUrl: "http://127.0.0.1:9/v1" } }
models:
  large: { provider: local, inputUsdPerMillionTokens: 2.5, outputUsdPerMillionTokens: 10 }
  small: { provider: local, inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 0.6 }
policy: { strong: large, weak: small }
policies:
  plain: { kind: fixed, model: small }
auto: { router: mf, threshold: 0 }
learn: ${learn}
${more}`,
    join(folder, 'routellm.yaml'),
  )
  const lock = await readLock(lockFile())
  return {
    folder,
    config: lock === null ? config : applyLock(config, lock, lockFile()),
    dependencies: { embedderOptions: {}, hub: {} },
  }
}

/** So few sessions show no smaller loss. */
const margin = 'qualityMargin: 0.08'

async function learn(payload: Partial<LearnPayload> = {}, settings = `{ ${margin} }`, more = '') {
  const context = {
    signal: new AbortController().signal,
    workspace: await workspace(settings, more),
    onProgress() {},
    onWarning() {},
  }
  return runJob(learnJob, { time, ...payload }, context)
}

const store = (options: Partial<LabelledStoreOptions> = {}) =>
  writeLabelledStore(storeFolder(), { strong: 'large', weak: 'small', now, count: 800, ...options })

describe('routellm learn', () => {
  it('puts a router in service that is shown to be better, and rolls it back', async () => {
    await store()
    const result = await learn()
    expect(result.why).toMatch(/^The candidate is cheaper by/)
    expect(result).toMatchObject({ promoted: true, router: 'learned-2026-11-28', lock: lockFile() })
    expect(result.comparison!.candidate.usd).toBeLessThan(0.8 * result.comparison!.inService.usd)
    const lock = await readLock(lockFile())
    expect(lock!.policies.auto!.serving).toMatchObject({
      router: 'learned-2026-11-28',
      artifact: '.routellm/artifacts/learned-2026-11-28',
      evidence: { against: 'mf' },
    })
    // A second run compares with the router that is in service now.
    const again = await learn({ time: '2026-11-28T13:00:00.000Z' })
    expect(again.promoted).toBe(false)
    expect(again.comparison!.inService.router).toBe('learned-2026-11-28')
    expect(await learn({ rollBack: true })).toMatchObject({ outcome: 'rolled-back', router: null })
    expect((await readLock(lockFile()))!.policies).toEqual({})
    expect(await learn({ rollBack: true })).toMatchObject({ outcome: 'nothing-to-roll-back' })
    const db = await openExistingStore(storeFolder())
    const trail = await listAuditEvents(db, { limit: 9 })
    await db.destroy()
    expect(trail.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'roll-back auto',
      'refuse auto',
      'promote auto',
    ])
  })

  it('changes nothing in a dry run, nor if the labels are too few', async () => {
    await store({ count: 400 })
    const before = await readdir(folder)
    expect(await learn({ dryRun: true })).toMatchObject({ dryRun: true, router: null })
    expect(await readdir(folder)).toEqual(before)
    const few = await learn({}, '{ maxLoss: 0.01 }')
    expect(few).toMatchObject({ promoted: false, outcome: 'refused', candidate: null })
    expect(few.why).toMatch(/^About \d+ more labelled sessions are needed: .* to calibrate with/)
    await expect(readFile(lockFile())).rejects.toThrow('ENOENT')
  })

  it('lets feedback of keys decide only if they are trusted', async () => {
    const salt = '2d711642b726b04401627ca9fbac32f5'
    const digest = `${salt}8530fb1903cc4db02258717921a4881c`
    const keys = `keys: { web: { hmac: "hmac-sha256:${salt}:${digest}" } }`
    await store({ change: () => ({ key: 'web' }), feedback: () => ({ key: 'web' }) })
    const untrusted = await learn({ dryRun: true }, `{ ${margin} }`, keys)
    expect(untrusted.labels!.leftOut.untrusted).toBe(800)
    expect(untrusted.promoted).toBe(false)
    expect(await learn({ dryRun: true }, `{ ${margin}, trustedKeys: [web] }`, keys)).toMatchObject({
      promoted: true,
    })
  })

  it('lets feedback of client keys without names decide as little, though some keys are trusted', async () => {
    const hmac = `hmac-sha256:2d711642b726b04401627ca9fbac32f5:${'2d711642b726b04401627ca9fbac32f5'.repeat(2)}`
    await store()
    expect(await learn({ dryRun: true }, `{ ${margin} }`)).toMatchObject({ promoted: true })
    const unnamed = await learn({ dryRun: true }, `{ ${margin} }`, `server: { clientKeys: ["${hmac}"] }`)
    expect(unnamed).toMatchObject({ promoted: false, labels: { leftOut: { untrusted: 800 } } })
  })

  it('refuses a policy that is no pair, a store that is off, and a second run at the same time', async () => {
    await store({ count: 20 })
    await expect(learn({ policy: 'plain' })).rejects.toMatchObject({ code: 'policy-not-learned' })
    await expect(learn({ policy: 'none' })).rejects.toMatchObject({ code: 'unknown-policy' })
    await expect(learn({}, '{}', 'store: off')).rejects.toMatchObject({ code: 'store-off' })
    const db = await openExistingStore(storeFolder())
    const holder = { host: 'another', pid: 1, time: now }
    expect(await takeJob(db, 'learn', holder, () => true)).toBeNull()
    await expect(learn()).rejects.toMatchObject({ code: 'learn-running' })
    await finishJob(db, 'learn', holder, null)
    await db.destroy()
    expect((await learn()).outcome).toBe('refused')
  })
})

describe('a canary', () => {
  const settings = `{ ${margin}, canary: { share: 0.2, sessions: 100 } }`
  const later = '2026-12-01T12:00:00.000Z'

  /** Sessions after the canary began: a fifth has it. */
  const trial = (treatmentUsd: number, failsInTreatment = false) =>
    store({
      now: now + 2 * dayMs,
      seed: 2,
      count: 600,
      change(_, index) {
        const arm = index % 5 === 0 ? 'treatment' : 'control'
        const usd = arm === 'treatment' ? treatmentUsd : 0.0001
        return {
          experiment: { id: 'canary-learned-2026-11-28', arm },
          usd,
          chargedUsd: usd,
          status: failsInTreatment && arm === 'treatment' && index % 2 === 0 ? 502 : 200,
        }
      },
      feedback: () => ({ scores: { large: 1, small: 1 } }),
    })

  it('takes the place of the router in service after its sessions', async () => {
    await store()
    expect(await learn({}, settings)).toMatchObject({ outcome: 'canary', promoted: false, router: null })
    expect((await readLock(lockFile()))!.policies.auto).toMatchObject({
      serving: null,
      canary: { router: 'learned-2026-11-28', share: 0.2, sessions: 100, since: time },
    })
    expect(await learn({}, settings)).toMatchObject({
      outcome: 'canary-running',
      canary: { sessions: { control: 0, treatment: 0 }, needed: 100 },
    })
    await trial(0.00005)
    expect(await learn({ time: later }, settings)).toMatchObject({
      outcome: 'canary-promoted',
      promoted: true,
      router: 'learned-2026-11-28',
      canary: { sessions: { control: 480, treatment: 120 } },
    })
    expect((await readLock(lockFile()))!.policies.auto).toMatchObject({
      serving: { router: 'learned-2026-11-28' },
      canary: null,
    })
  })

  it.each([
    ['dearer', 0.001, false, /shown to be dearer/],
    ['less reliable', 0.00005, true, /shown to fail/],
  ])('is removed if it is %s', async (_, usd, fails, why) => {
    await store()
    await learn({}, settings)
    await trial(usd, fails)
    const removed = await learn({ time: later }, settings)
    expect(removed.why).toMatch(why)
    expect(removed).toMatchObject({ outcome: 'canary-removed', promoted: false, router: null })
    expect((await readLock(lockFile()))!.policies).toEqual({})
  })

  it('is removed by hand', async () => {
    await store()
    await learn({}, settings)
    expect(await learn({ rollBack: true }, settings)).toMatchObject({
      outcome: 'canary-removed',
      router: null,
    })
    expect((await readLock(lockFile()))!.policies).toEqual({})
  })
})
