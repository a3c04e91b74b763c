import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockedRouter } from '../../../../../../test/support/loop/lock-files.ts'
import type { Config } from '../../../../../config/config.ts'
import { applyLock } from '../../../../../config/lock/apply-lock.ts'
import { changeLocked } from '../../../../../config/lock/changes/change-lock.ts'
import { type LockedRouter, lockFileName } from '../../../../../config/lock/lock-file.ts'
import { readLock } from '../../../../../config/lock/read-lock.ts'
import { parseConfig } from '../../../../../config/parse-config.ts'
import { rollBackPolicy } from '../../../../../jobs/learn/roll-back.ts'
import type { LockActions } from '../../../../../server/admin/actions/lock-actions.ts'
import type { Database } from '../../../../../store/database/open-database.ts'
import { openExistingStore } from '../../../../../store/open-existing.ts'
import type { StoreReader } from '../../../../../store/reader/store-reader.ts'
import { listAuditEvents } from '../../../../../store/records/audit-trail.ts'
import { addServedChange } from '../../../../../store/records/served/served-change.ts'
import { addVersion, listVersions, markRolledBack } from '../../../../../store/records/versions.ts'
import type { StoreChanger } from '../../../../../store/worker/changes/changes.ts'
import { createLockActions, type LockActionsParts } from './lock-actions.ts'

const yaml = `version: 1
policies:
  halves: { kind: pair, strong: strong, weak: weak, router: mf, threshold: 0.5 }
  near: { kind: cheapest-good-enough, candidates: [strong, weak], quality: { strong: 1, weak: 0.9 }, tolerance: 0.2 }
  always: { kind: fixed, model: weak }
`
const page = { actor: 'page' }

let folder: string
let lockFile: string
let db: Database
let config: Config
let time: number
let one: LockedRouter
let two: LockedRouter

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-lock-actions-'))
  lockFile = join(folder, lockFileName)
  db = await openExistingStore(join(folder, '.routellm'), true)
  time = Date.parse('2026-11-28T00:00:00Z')
  config = parseConfig(yaml, join(folder, 'routellm.yaml'))
  one = await lockedRouter(folder, 'learned-1', { threshold: 0.4, evidence: evidence('mf') })
  two = await lockedRouter(folder, 'learned-2', { threshold: 0.3, evidence: evidence('learned-1') })
})
afterEach(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

const evidence = (against: string) => ({
  against,
  apgr: 0.7,
  lossBound: 0.04,
  lost: 20,
  strongCallFraction: 0.5,
  comparedSessions: 120,
})

async function reload() {
  try {
    const lock = await readLock(lockFile)
    const base = parseConfig(yaml, join(folder, 'routellm.yaml'))
    config = lock === null ? base : applyLock(base, lock, lockFile)
    return { kind: 'reloaded', source: config.source, models: 2 } as const
  } catch (error) {
    return { kind: 'kept', problem: (error as Error).message } as const
  }
}

function create(changes: Partial<LockActionsParts> = {}): LockActions {
  return createLockActions({
    config: () => config,
    lockFile: () => lockFile,
    flags: {},
    store: {
      reader: {
        read: (_name: string, { policy }: { policy: string }) => listVersions(db, policy),
      } as never as StoreReader,
      changer: {
        change: (_name: string, change: unknown) => addServedChange(db, change as never),
      } as never as StoreChanger,
    },
    thresholds: () => new Map([['auto', 0.25]]),
    reload,
    log: { warn() {}, error() {} } as never,
    now: () => time++,
    ...changes,
  })
}

/** As `learn` does it. */
const learned = async (locked: LockedRouter, policy = 'auto') => {
  await changeLocked(lockFile, policy, () => ({ serving: locked, canary: null }))
  await addVersion(db, { time: time++, policy, locked })
  await reload()
}
const version = async (router: string, policy = 'auto') =>
  (await listVersions(db, policy)).findLast(({ id }) => id.includes(router))!.id
const locked = async (policy = 'auto') => (await readLock(lockFile))?.policies[policy] ?? null

describe('the list', () => {
  it('names a policy that learns as `learn` does, with and without its router in the lock file', () => {
    const first = (learn: string) => {
      config = parseConfig(`${yaml}auto: { policy: halves }\n${learn}`, join(folder, 'routellm.yaml'))
      return create().list()[0]
    }
    expect(first('')).toMatchObject({ name: 'auto', policy: 'halves' })
    const learns = first('learn: { policies: [halves] }\n')
    expect(learns).toMatchObject({ name: 'halves', policy: 'halves', problem: null })
  })

  it('has what the lock file can change, as it is served, and apart from it what it cannot', async () => {
    const actions = create()
    expect(actions.problem).toBeNull()
    expect(actions.list()).toMatchObject([
      { name: 'auto', policy: null, kind: 'pair', router: 'mf', measure: 'threshold', threshold: 0.25 },
      { name: 'halves', policy: 'halves', threshold: 0.5, candidates: ['strong', 'weak'], serving: null },
      { name: 'near', measure: 'tolerance', threshold: 0.2, router: null },
    ])
    expect(actions.others()).toMatchObject([{ name: 'always', kind: 'fixed' }])
    const before = actions.list()[0]?.state
    await learned(one)
    expect(actions.list()[0]).toMatchObject({ router: 'learned-1', threshold: 0.4, serving: one })
    expect(actions.list()[0]?.state).not.toBe(before)
  })

  it('has the share of strong calls that a policy is set for, and what its settings are without the threshold', async () => {
    const twice = `${yaml}  some: { kind: pair, strong: strong, weak: weak, router: mf, strongPercent: 40 }
  far: { kind: cheapest-good-enough, candidates: [strong, weak], quality: { strong: 1, weak: 0.5 }, tolerance: 0.2 }
`
    config = parseConfig(twice, join(folder, 'routellm.yaml'))
    const find = (name: string) =>
      create()
        .list()
        .find((policy) => policy.name === name)!
    expect(find('some').plannedShare).toEqual({ share: 0.4, by: 'calibration', sessions: null })
    expect(find('halves').plannedShare).toBeNull()
    expect(find('some').settings).toBe(find('halves').settings)
    expect(find('far').settings).not.toBe(find('near').settings)
    config = parseConfig(yaml, join(folder, 'routellm.yaml'))
    await learned(one)
    expect(find('auto').plannedShare).toEqual({ share: 0.5, by: 'comparison', sessions: 120 })
  })

  it('says why nothing can be changed, and why auto cannot', async () => {
    expect(create({ store: null }).problem).toMatch(/keeps no requests/)
    await expect(create({ store: null }).rollBack({ policy: 'auto', ...page })).rejects.toMatchObject({
      ...{ code: 'not-changeable', status: 409 },
    })
    const withoutFile = create({ config: () => parseConfig('version: 1', 'built-in demonstration') })
    expect(withoutFile.problem).toMatch(/without a configuration file.*routellm init/s)
    const flagged = create({ flags: { threshold: 0.3 } })
    expect(flagged.list().map(({ problem }) => problem)).toMatchObject(
      [/started with --threshold/, null, null].map((each) => each && expect.stringMatching(each)),
    )
    await expect(flagged.setThreshold({ policy: 'auto', threshold: 0.2, ...page })).rejects.toThrow(
      /--threshold/,
    )
    const other = create()
    await expect(other.rollBack({ policy: 'always', ...page })).rejects.toThrow(
      /kind fixed.*Change it in the/,
    )
    await expect(other.rollBack({ policy: 'none', ...page })).rejects.toMatchObject({
      code: 'unknown-policy',
    })
  })
})

describe('setThreshold', () => {
  it('changes the threshold of the router of the configuration, and a roll back takes it back', async () => {
    const actions = create()
    const { why, file } = await actions.setThreshold({ policy: 'halves', threshold: 0.6, ...page })
    expect({ why, file }).toEqual({ why: 'The threshold of halves is 0.6 now, and was 0.5.', file: lockFile })
    expect(await locked('halves')).toEqual({ serving: null, threshold: 0.6, canary: null })
    expect(config.policies[0]).toMatchObject({ router: 'mf', threshold: 0.6 })
    await actions.setThreshold({ policy: 'near', threshold: 0.1, ...page })
    expect(config.policies[1]).toMatchObject({ tolerance: 0.1, quality: { strong: 1 } })
    await actions.setThreshold({ policy: 'halves', threshold: 0.7, ...page })
    const preview = await actions.previewRollBack({ policy: 'halves' })
    expect(preview.why).toMatch(
      /^The threshold 0.7 is taken back; 0.6, put in service on \d{4}-\d\d-\d\d, is in service again\.$/,
    )
    expect(await locked('halves')).toMatchObject({ threshold: 0.7 })
    expect((await actions.rollBack({ policy: 'halves', ...page })).why).toBe(preview.why)
    expect((await actions.rollBack({ policy: 'halves', ...page })).why).toMatch(/that of the configuration/)
    expect(await locked('halves')).toBeNull()
    const events = await listAuditEvents(db, { limit: 10, subject: 'halves' })
    expect(events.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      ...['page roll-back', 'page roll-back', 'page set-threshold', 'page set-threshold'],
    ])
    expect(events.at(-1)?.detail).toMatchObject({ router: 'mf', threshold: 0.6, before: 0.5 })
  })

  it('keeps the certificate below the threshold that it was made for, and ends it above', async () => {
    await learned(one)
    const actions = create()
    await actions.setThreshold({ policy: 'auto', threshold: 0.35, ...page })
    const { certificate } = one
    expect((await locked())?.serving).toMatchObject({
      threshold: 0.35,
      certificate,
      evidence: { lossBound: 0.04 },
    })
    // It was counted at another threshold.
    expect((await locked())?.serving?.evidence).not.toHaveProperty('strongCallFraction')
    const { why } = await actions.setThreshold({ policy: 'auto', threshold: 0.45, ...page })
    expect(why).toMatch(/no quality is promised now/)
    expect((await locked())?.serving).toEqual({
      ...one,
      threshold: 0.45,
      certificate: undefined,
      evidence: undefined,
    })
    // Below it again: the version of the store has the certificate.
    await actions.setThreshold({ policy: 'auto', threshold: 0.4, ...page })
    expect((await locked())?.serving).toEqual(one)
  })

  it('takes no certificate of a version that was only tried, was rolled back, or has expired', async () => {
    await learned({ ...one, threshold: 0.4, certificate: undefined, evidence: undefined } as never)
    const ended = { ...one.certificate!, validUntil: '2026-11-28' }
    const trial = { time: 1, policy: 'auto', locked: { ...one, threshold: 0.31 } }
    await addVersion(db, { ...trial, state: 'canary' })
    await addVersion(db, { ...trial, time: 2, locked: { ...one, threshold: 0.32, certificate: ended } })
    await addVersion(db, { ...trial, time: 3, locked: { ...one, threshold: 0.33 } })
    await markRolledBack(db, [`auto/${one.router}/3`])
    const actions = create()
    await actions.setThreshold({ policy: 'auto', threshold: 0.3, ...page })
    expect((await locked())?.serving).not.toHaveProperty('certificate')
    // The nearest one that holds, though those are nearer.
    const valid = { ...one.certificate!, validUntil: '2099-01-01' }
    await addVersion(db, { ...trial, time: 4, locked: { ...one, threshold: 0.5, certificate: valid } })
    await addVersion(db, { ...trial, time: 5, locked: { ...one, threshold: 0.6 } })
    await actions.setThreshold({ policy: 'auto', threshold: 0.29, ...page })
    expect((await locked())?.serving).toMatchObject({ threshold: 0.29, certificate: valid })
  })

  it('refuses what is no threshold, what is one already, and a change under a canary', async () => {
    const actions = create()
    for (const threshold of [-0.1, 1.1, Number.NaN])
      await expect(actions.setThreshold({ policy: 'auto', threshold, ...page })).rejects.toMatchObject({
        ...{ code: 'bad-threshold', status: 400 },
      })
    await expect(actions.setThreshold({ policy: 'halves', threshold: 0.5, ...page })).rejects.toThrow(
      /already/,
    )
    await learned(one)
    await addVersion(db, { time: time++, policy: 'auto', locked: two, state: 'canary' })
    await actions.promote({
      ...{ policy: 'auto', version: await version('learned-2'), ...page },
      canary: { share: 0.1, sessions: 50 },
    })
    await expect(actions.setThreshold({ policy: 'auto', threshold: 0.2, ...page })).rejects.toThrow(
      /canary learned-2 of auto is compared/,
    )
  })
})

describe('promote', () => {
  it('puts a version in service again, and a roll back returns to the one before it', async () => {
    await learned(one)
    await learned(two)
    const actions = create()
    const { why } = await actions.promote({
      policy: 'auto',
      version: await version('learned-1'),
      canary: null,
      ...page,
    })
    expect(why).toMatch(
      /^learned-1 at 0\.4 is in service for auto, in place of learned-2 at 0\.3\. Its certificate \(at most 5 % of requests lost\)/,
    )
    expect(config.auto).toMatchObject({ router: 'learned-1', threshold: 0.4 })
    await actions.rollBack({ policy: 'auto', ...page })
    expect(config.auto).toMatchObject({ router: 'learned-2' })
    await actions.rollBack({ policy: 'auto', ...page })
    expect(config.auto).toMatchObject({ router: 'learned-1' })
    // As the command does it.
    expect(await rollBackPolicy(lockFile, 'auto', await listVersions(db, 'auto'), time)).toMatchObject({
      outcome: 'rolled-back',
      serving: null,
    })
  })

  it('tells two thresholds of a sentence apart that agree in four digits', async () => {
    await learned({ ...one, threshold: 0.707_21 })
    await learned({ ...two, threshold: 0.707_24 })
    const given = { policy: 'auto', version: await version('learned-1'), canary: null, ...page }
    const { why } = await create().promote(given)
    expect(why).toMatch(/^learned-1 at 0\.70721 is in service for auto, in place of learned-2 at 0\.70724\./)
  })

  it('tries a version on a share of the sessions, and then puts it in service at once', async () => {
    await learned(one)
    await addVersion(db, { time: time++, policy: 'auto', locked: two, state: 'canary' })
    const actions = create()
    const canary = { share: 0.1, sessions: 500 }
    const id = await version('learned-2')
    await actions.promote({ policy: 'auto', version: id, canary, ...page })
    expect(await locked()).toMatchObject({ serving: one, canary: { router: 'learned-2', ...canary } })
    await actions.promote({ policy: 'auto', version: id, canary: null, ...page })
    expect(await locked()).toEqual({ serving: two, canary: null })
    const events = await listAuditEvents(db, { limit: 2 })
    expect(events.map(({ action }) => action)).toEqual(['promote-canary', 'canary'])
    await actions.promote({ policy: 'auto', version: await version('learned-1'), canary, ...page })
    expect((await actions.rollBack({ policy: 'auto', ...page })).why).toBe(
      'The canary learned-1 at 0.4 is removed; learned-2 at 0.3 answers all sessions.',
    )
    expect(await locked()).toEqual({ serving: two, canary: null })
  })

  it('puts no certificate in service that has expired, and says so', async () => {
    await learned({ ...one, certificate: { ...one.certificate!, validUntil: '2026-11-28' } })
    await learned(two)
    const actions = create()
    const promise = 'Its certificate expired on 2026-11-28, so it promises nothing.'
    const { certificate: _, evidence: __, ...uncertified } = one
    const preview = await actions.previewRollBack({ policy: 'auto' })
    expect(preview.why).toContain(promise)
    expect((await actions.rollBack({ policy: 'auto', ...page })).why).toBe(preview.why)
    expect(await locked()).toEqual({ serving: uncertified, canary: null })

    await actions.promote({ policy: 'auto', version: await version('learned-2'), canary: null, ...page })
    const asked = { policy: 'auto', version: await version('learned-1'), ...page }
    const canary = { share: 0.1, sessions: 500 }
    expect((await actions.promote({ ...asked, canary })).why).toContain(promise)
    expect((await locked())?.canary).toEqual({ ...uncertified, ...canary, since: expect.any(String) })
    expect((await actions.promote({ ...asked, canary: null })).why).toContain(promise)
    expect(await locked()).toEqual({ serving: uncertified, canary: null })
  })

  it('refuses a version that is not there as it was, is unknown, or is in service', async () => {
    await learned(one)
    await learned(two)
    const actions = create()
    const promote = (id: string) => actions.promote({ policy: 'auto', version: id, canary: null, ...page })
    await expect(promote('none')).rejects.toMatchObject({ code: 'unknown-version', status: 404 })
    await expect(promote(await version('learned-2'))).rejects.toThrow(/in service for auto already/)
    await writeFile(join(folder, one.artifact, 'weights.safetensors'), 'other')
    await expect(promote(await version('learned-1'))).rejects.toMatchObject({
      ...{ code: 'version-missing', status: 409 },
    })
    await expect(actions.rollBack({ policy: 'auto', ...page })).rejects.toMatchObject({
      code: 'version-missing',
    })
    expect((await locked())?.serving).toEqual(two)
  })

  it('is refused if another one came first, and taken back if the server cannot serve it', async () => {
    await learned(one)
    await learned(two)
    const seen = create().list()[0]!.state
    const actions = create()
    const id = await version('learned-1')
    const both = await Promise.allSettled(
      [1, 2].map(() => actions.promote({ policy: 'auto', version: id, canary: null, seen, ...page })),
    )
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect((both[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'lock-changed', status: 409 })
    const events = await listAuditEvents(db, { limit: 10 })
    const failing = create({ reload: () => Promise.resolve({ kind: 'kept', problem: 'no memory' }) })
    await expect(
      failing.promote({ policy: 'auto', version: await version('learned-2'), canary: null, ...page }),
    ).rejects.toThrow(/Nothing was changed.*no memory/)
    expect((await locked())?.serving).toEqual(one)
    const known = await listVersions(db, 'auto')
    await expect(failing.rollBack({ policy: 'auto', ...page })).rejects.toMatchObject({
      ...{
        code: 'not-reloaded',
        status: 409,
        message: expect.stringMatching(/Nothing was changed.*no memory/),
      },
    })
    expect((await locked())?.serving).toEqual(one)
    expect(await listVersions(db, 'auto')).toEqual(known)
    expect(await listAuditEvents(db, { limit: 10 })).toEqual(events)
    expect((await readdir(folder)).filter((name) => name.includes('changing'))).toEqual([])
  })
})
