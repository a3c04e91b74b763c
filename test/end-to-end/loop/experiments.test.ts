import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeCanary } from '../../../src/config/lock/changes/change-lock.ts'
import { lockFileName } from '../../../src/config/lock/lock-file.ts'
import { writeLock } from '../../../src/config/lock/write-lock.ts'
import { routellm } from '../../support/command-line.ts'
import { lockedRouter } from '../../support/loop/lock-files.ts'
import { type ServedFolder, serveFolder } from '../../support/loop/serve-folder.ts'

let folder: string
let lockFile: string
const servers: ServedFolder[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-experiments-'))
  lockFile = join(folder, lockFileName)
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  await rm(folder, { recursive: true, force: true })
})

async function serve(yaml: string): Promise<ServedFolder> {
  await writeFile(join(folder, 'routellm.yaml'), `version: 1\n${yaml}\n`)
  const server = await serveFolder(folder)
  servers.push(server)
  return server
}

async function ask(server: ServedFolder, session: string, model = 'auto') {
  const { status, headers } = await server.chat(model, 'Hello', { 'x-routellm-session': session })
  expect(status).toBe(200)
  const header = (name: string) => headers.get(`x-routellm-${name}`)
  return {
    experiment: header('experiment'),
    router: header('router'),
    policy: header('policy'),
    model: header('model'),
  }
}

const sessions = Array.from({ length: 60 }, (_, index) => `session-${index}`)

type StoredRow = {
  readonly type: string
  readonly session: string
  readonly model: string
  readonly experiment: { id: string; arm: string } | null
  readonly propensity: number | null
  readonly candidates: readonly { model: string; propensity?: number }[]
}

async function storedRows(): Promise<StoredRow[]> {
  const file = join(folder, 'rows.jsonl')
  const { exitCode, stderr } = await routellm(['store', 'export', '--output', file], { folder })
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  return (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const policies = `policies:
  halves: { kind: pair, strong: strong, weak: weak, router: length, threshold: 0.5 }
  frugal: { kind: pair, strong: strong, weak: weak, router: length, threshold: 1 }
auto: { policy: halves }
routers: { length: {} }
experiments:
  cheaper:
    { control: halves, treatment: frugal, share: 0.5, plannedSessions: 100, mostUsdPerSession: 1, success: [{ outcome: usd, is: below, limit: 0 }] }`

describe('an experiment of the configuration', () => {
  it('assigns sessions alike on two replicas; the arm is in the reply and in the store', async () => {
    const [one, other] = [await serve(policies), await serve(policies)]
    const arms = new Map<string, string | null>()
    await Promise.all(
      sessions.map(async (session) => {
        const first = await ask(one, session)
        expect(first.policy).toBe(first.experiment === 'cheaper/treatment' ? 'frugal' : 'halves')
        expect(await ask(other, session)).toEqual(first)
        expect(await ask(other, session, 'policy-halves')).toEqual(first)
        arms.set(session, first.experiment)
      }),
    )
    const treated = [...arms.values()].filter((arm) => arm === 'cheaper/treatment').length
    expect(Math.abs(treated - 30)).toBeLessThan(5 * Math.sqrt(15))
    expect(new Set(arms.values())).toEqual(new Set(['cheaper/control', 'cheaper/treatment']))
    expect((await ask(one, 'session-1', 'policy-frugal')).experiment).toBeNull()
    expect((await ask(one, 'session-1', 'strong')).experiment).toBeNull()
    const rows = await storedRows()
    expect(rows.length).toBe(3 * sessions.length + 2)
    for (const { session, experiment } of rows)
      if (experiment !== null) expect(`${experiment.id}/${experiment.arm}`).toBe(arms.get(session))
    expect(rows.filter(({ experiment }) => experiment === null)).toHaveLength(2)
  })
})

describe('a canary of the lock file', () => {
  it('answers its share of the sessions until it is rolled back', async () => {
    const [one, two] = [await lockedRouter(folder, 'learned-1'), await lockedRouter(folder, 'learned-2')]
    const canary = { ...two, share: 0.3, since: '2026-11-28T00:00:00Z', sessions: 500 }
    await writeLock(lockFile, { policies: { auto: { serving: one, canary } } })
    const server = await serve('store: off\nrouters: { length: {} }')
    expect(server.notes.join('\n')).toContain(
      'canary for 30 % of sessions since 2026-11-28, to be decided after 500',
    )
    const asked = await Promise.all(sessions.map((session) => ask(server, session)))
    for (const { experiment, router } of asked)
      expect(router).toBe(experiment === 'canary-learned-2/treatment' ? 'learned-2' : 'learned-1')
    const treated = asked.filter(({ router }) => router === 'learned-2').length
    expect(Math.abs(treated - 18)).toBeLessThan(5 * Math.sqrt(18 * 0.7))
    const [isRolledBack] = await Promise.all([
      removeCanary(lockFile, 'auto'),
      server.says('auto: learned-1 at the threshold 0.4'),
    ])
    expect(isRolledBack).toBe(true)
    for (const session of sessions)
      expect(await ask(server, session)).toMatchObject({ experiment: null, router: 'learned-1' })
  })
})

describe('exploration', () => {
  it('draws models with the probabilities that the store has', async () => {
    const server = await serve('routers: { length: {} }\nexploration: { share: 0.5 }')
    await Promise.all(sessions.map((session) => ask(server, session)))
    const rows = await storedRows()
    expect(rows).toHaveLength(sessions.length)
    const rare = rows.filter(({ propensity }) => propensity === 0.25).length
    expect(Math.abs(rare - 15)).toBeLessThan(5 * Math.sqrt(60 * 0.25 * 0.75))
    for (const { model, propensity, candidates } of rows) {
      expect(candidates.reduce((sum, each) => sum + each.propensity!, 0)).toBeCloseTo(1, 9)
      expect(candidates.find((each) => each.model === model)?.propensity).toBe(propensity)
      expect([0.25, 0.75]).toContain(propensity)
    }
  })
})
