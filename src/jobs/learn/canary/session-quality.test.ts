import { expect, it } from 'vitest'
import type { JudgedRequest } from '../../../store/records/dataset.ts'
import { readSessionQuality } from './session-quality.ts'

const judged = (id: string, key: string | null): JudgedRequest => ({
  ...{ id, time: 0, session: null, key, task: null, protocol: null, policy: null, router: null },
  ...{ strongWinRate: null, model: 'small', tokens: null, candidates: null, features: null, text: null },
  feedback: [
    { id: `f-${id}`, requestId: id, time: 0, thumbs: 'up', score: null, correction: null, scores: null, key },
  ],
  ...{ labels: [], signals: [], shadowUsd: {} },
})

async function* pages() {
  yield [judged('unnamed', null), judged('ours', 'ours'), judged('theirs', 'theirs')]
}

it.each([
  [true, 1],
  [false, null],
])('counts feedback without the name of a key if it is trusted: %s', async (trustsUnnamed, unnamed) => {
  const qualityOf = await readSessionQuality(pages(), {
    pair: { strong: 'large', weak: 'small' },
    trust: { trustedKeys: ['ours'], trustsUnnamed },
  })
  expect(['unnamed', 'ours', 'theirs'].map(qualityOf)).toEqual([unnamed, 1, null])
})
