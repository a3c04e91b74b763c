import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeLabelledStore } from '../../../test/support/loop/labelled-store.ts'
import { lockedRouter } from '../../../test/support/loop/lock-files.ts'
import { applyLock } from '../../config/lock/apply-lock.ts'
import type { LockFile } from '../../config/lock/lock-file.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { openExistingStore } from '../../store/open-existing.ts'
import { addVersion } from '../../store/records/versions.ts'
import { runJob } from '../job.ts'
import { differenceJob } from './job.ts'
import { parseVersion } from './open-version.ts'

const now = Date.UTC(2026, 10, 28, 12)
const yaml = `version: 1
providers: { local: { kind: openai-compatible, baseUrl: "http://127.0.0.1:9/v1" } }
models:
  large: { provider: local, inputUsdPerMillionTokens: 2.5, outputUsdPerMillionTokens: 10 }
  small: { provider: local, inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 0.6 }
policy: { strong: large, weak: small }
policies:
  halves: { kind: pair, strong: large, weak: small, router: mf, threshold: 0.4 }
  plain: { kind: fixed, model: small }
auto: { policy: halves }
routers: { mf: {}, length: {}, random: {} }
`
const text = (content: string) => {
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] })
  return {
    request: { text: body, totalBytes: body.length, isCut: false },
    response: { text: '{}', totalBytes: 2, isCut: false },
  }
}

let folder: string
let lock: LockFile

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-difference-'))
  await writeFile(join(folder, 'routellm.yaml'), yaml)
  await writeLabelledStore(join(folder, '.routellm'), {
    ...{ strong: 'large', weak: 'small', now, count: 60 },
    // The first 20 with a text, then 20 with a vector only, then 20 with what the router said, half of them of another policy.
    change: ({ prompt }, index) => ({
      policy: index >= 50 ? 'plain' : 'halves',
      strongWinRate: index >= 40 ? 0.3 : null,
      text: index < 20 ? text(prompt) : null,
      ...(index >= 40 && { features: null }),
    }),
  })
  const [serving, canary] = [await lockedRouter(folder, 'learned-1'), await lockedRouter(folder, 'learned-2')]
  const tried = { ...canary, share: 0.2, since: '2026-11-28T00:00:00Z', sessions: 100 }
  lock = { policies: { auto: { serving: { ...serving, threshold: 0.2 }, canary: tried } } }
  const db = await openExistingStore(join(folder, '.routellm'))
  const before = await lockedRouter(folder, 'learned-0', { threshold: 0.15 })
  await addVersion(db, { time: now, policy: 'auto', locked: before })
  await db.destroy()
})
afterAll(() => rm(folder, { recursive: true }))

function compare(
  from: string,
  to: string,
  more: { policy?: string; limit?: number; isLocked?: boolean } = {},
) {
  const { isLocked = false, ...payload } = more
  const config = parseConfig(yaml, join(folder, 'routellm.yaml'))
  const workspace = {
    folder,
    config: isLocked ? applyLock(config, lock, join(folder, 'routellm.lock.yaml')) : config,
    dependencies: { embedderOptions: {}, hub: {} },
  }
  const progress: number[] = []
  return runJob(
    differenceJob,
    { from, to, ...payload },
    {
      signal: new AbortController().signal,
      workspace,
      onProgress: ({ done }) => progress.push(done),
      onWarning() {},
    },
  )
}

describe('policies difference', () => {
  it('scores by what the router said, by the text and by the vector', async () => {
    const same = await compare('serving', 'mf@0.4')
    expect(same).toMatchObject({ policy: 'auto', requests: 50, notScored: 0, moved: [] })
    expect(same.table.strongWeak + same.table.weakStrong).toBe(0)
    const all = await compare('serving', 'serving@0')
    expect(all.table.strongStrong + all.table.weakStrong).toBe(50)
    // Those with a win rate of the time: .3, below .4.
    const kept = all.moved.filter(({ winRates }) => winRates.from === 0.3)
    expect(kept.map(({ moves }) => moves)).toEqual(Array(10).fill('to-strong'))
    expect(all.usd.difference).toBeGreaterThan(0)
    // The oldest have a text.
    expect(
      all.moved.filter(({ prompt }) => prompt !== null).every(({ id }) => Number(id.slice(3)) < 20),
    ).toBe(true)
    expect(all.moved.some(({ prompt }) => prompt !== null)).toBe(true)
  })

  it('leaves out what a router cannot score, and takes the newest', async () => {
    // A router that reads the prompt has no vectors; of the last ten, only mf has a win rate.
    expect(await compare('serving', 'length@0.5')).toMatchObject({ requests: 20, notScored: 30 })
    expect(await compare('serving', 'serving@0', { limit: 10 })).toMatchObject({
      requests: 10,
      moved: Array(10).fill({ prompt: null }),
    })
  })

  it('knows what is configured, in service, on trial and was in service', async () => {
    const versions = async (one: string, other: string) => {
      const { from, to } = await compare(one, other, { isLocked: true })
      return [from, to]
    }
    expect(await versions('serving', 'configured')).toEqual([
      { version: 'serving', router: 'learned-1', threshold: 0.2 },
      { version: 'configured', router: 'mf', threshold: 0.4 },
    ])
    expect(await versions('canary', 'learned-0')).toEqual([
      { version: 'canary', router: 'learned-2', threshold: 0.4 },
      { version: 'learned-0', router: 'learned-0', threshold: 0.15 },
    ])
    expect(await versions('learned-0@0.9', 'random')).toMatchObject([
      { version: 'learned-0@0.9', router: 'learned-0', threshold: 0.9 },
      { version: 'random', router: 'random', threshold: 0.5 },
    ])
    // Three copies of one router at one threshold decide alike.
    const alike = await compare('learned-2@0.3', 'learned-0@0.3', { isLocked: true })
    expect([alike.requests, alike.moved]).toEqual([40, []])
  })

  it('refuses what there is not, by name', async () => {
    await expect(compare('canary', 'serving')).rejects.toMatchObject({ code: 'unknown-router' })
    await expect(compare('nobody', 'serving')).rejects.toMatchObject({ code: 'unknown-router' })
    await expect(compare('serving', 'serving', { policy: 'plain' })).rejects.toMatchObject({
      code: 'policy-not-learned',
    })
    await expect(compare('serving@1.2', 'serving')).rejects.toMatchObject({ code: 'bad-threshold' })
  })

  it.each([
    ['serving', 'serving', null],
    ['serving@0', 'serving', 0],
    ['./a@b/router@.25', './a@b/router', 0.25],
    ['mf@1', 'mf', 1],
  ])('reads %s', (version, name, threshold) => {
    expect(parseVersion(version)).toEqual({ name, threshold })
  })

  it.each(['@0.4', 'mf@', 'mf@high', 'mf@-1', 'mf@1e-3'])('refuses %s', (version) => {
    expect(() => parseVersion(version)).toThrow('is no version')
  })
})
