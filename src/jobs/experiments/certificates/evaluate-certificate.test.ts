import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../test/support/store/insert-entries.ts'
import { createRandom } from '../../../base/math/random.ts'
import { parseConfig } from '../../../config/parse-config.ts'
import { encodeFeatures } from '../../../routing/embedding/builtin/features.ts'
import { type Database, openDatabase } from '../../../store/database/open-database.ts'
import { putLabel } from '../../../store/records/labels.ts'
import { addVersion } from '../../../store/records/versions.ts'
import { evaluateCertificate } from './evaluate-certificate.ts'

const begin = Date.parse('2026-11-28T00:00:00Z')
const hour = 3_600_000
const config = parseConfig('version: 1', 'routellm.yaml')
const context = { signal: new AbortController().signal, onProgress() {} }
const serving = {
  ...{ router: 'learned-1', artifact: 'one', sha256: 'a'.repeat(64), threshold: 0.3 },
  certificate: { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil: '2026-12-28' },
  evidence: { against: 'mf', apgr: 0.7, strongCallFraction: 0.02 },
}
const route = { name: 'auto', policy: null, serving, canary: null }
const { strong, weak } = config.policy

let folder: string
let db: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-certificate-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

type Traffic = {
  readonly direction: number
  /** Of the sessions that are labelled, the share that the weak model loses. */
  readonly lost: number
  readonly router?: string
  readonly labelEvery?: number
}

/** Sessions of a minute each. */
async function addSessions(
  name: string,
  from: number,
  count: number,
  { direction, lost, router = 'learned-1', labelEvery = 4 }: Traffic,
): Promise<void> {
  const random = createRandom(from)
  const requests = Array.from({ length: count }, (_, index) => {
    const vector = Float32Array.from({ length: 8 }, () => random.next() - 0.5)
    vector[direction]! += 2
    return requestEntry(`${name}${index}`, {
      ...{ time: from + index * 60_000, session: `${name}${index}`, router, strongWinRate: 0.2 },
      features: encodeFeatures(vector),
      candidates: [weak, strong].map((model) => ({ model, usd: 0.001, score: null, excluded: null })),
    })
  })
  await insertAll(db, { requests })
  for (const { id: requestId, time } of requests.filter((_, index) => index % labelEvery === 0))
    await putLabel(db, {
      ...{ requestId, time, source: 'shadow', propensity: 0.25, actor: null },
      scores: { [strong]: 1, [weak]: random.next() < lost ? 0 : 1 },
    })
}

const evaluate = (hours: number) =>
  evaluateCertificate(db, { file: join(folder, 'routellm.lock.yaml'), routes: [route] }, route, serving, {
    ...{ now: begin + hours * hour, since: null, config, context },
  })

describe('a certificate in the store', () => {
  it('holds while sessions are as before, from the time that its router was put in service', async () => {
    await addVersion(db, { time: begin, policy: 'auto', locked: serving })
    await addSessions('old', begin - 10 * hour, 400, { direction: 0, lost: 0.5 })
    await addSessions('new', begin, 600, { direction: 0, lost: 0 })
    expect(await evaluate(12)).toEqual({
      ...{ policy: 'auto', router: 'learned-1', sha256: serving.sha256, since: '2026-11-28T00:00:00.000Z' },
      status: { kind: 'valid', daysLeft: 30 },
      quality: { values: 150, alarm: null },
      similarity: { values: 600, alarm: null },
    })
  })

  it('drifts if more is lost than is promised, and if prompts are others, and says the same when asked again', async () => {
    await addVersion(db, { time: begin, policy: 'auto', locked: serving })
    await addSessions('old', begin - 10 * hour, 400, { direction: 0, lost: 0 })
    await addSessions('new', begin, 600, { direction: 3, lost: 0.5 })
    const found = await evaluate(12)
    expect(found?.quality?.alarm).not.toBeNull()
    expect(found?.similarity?.alarm).not.toBeNull()
    expect(found?.status).toMatchObject({
      kind: 'drifted',
      alarms: [{ figure: 'similarity' }, { figure: 'quality' }],
    })
    expect(await evaluate(12)).toEqual(found)
  })

  it('begins with the first decision of its router if the store has no version, and is not there before', async () => {
    await addSessions('old', begin - 10 * hour, 40, { direction: 0, lost: 0, router: 'mf' })
    expect(await evaluate(1)).toBeNull()
    await addSessions('new', begin, 40, { direction: 0, lost: 0 })
    const { since, quality, similarity } = (await evaluate(1))!
    expect(since).toBe('2026-11-28T00:00:00.000Z')
    expect(quality).toEqual({ values: 10, alarm: null })
    expect(similarity).toBeNull()
  })
})
