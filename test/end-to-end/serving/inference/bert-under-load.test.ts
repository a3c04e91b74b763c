import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCheckpoint } from '../../../../src/routing/onnx/checkpoint.ts'
import type { InferencePool } from '../../../../src/routing/onnx/inference/pool.ts'
import { createTextEncoder } from '../../../../src/routing/onnx/text-encoder.ts'
import { createBertRouter } from '../../../../src/routing/routers/bert/router.ts'
import { writeCheckpoint } from '../../../support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../../support/encoders/tiny-tokenizer.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../../../support/gateway-under-test.ts'
import { completion, json } from '../../../support/upstream.ts'

const maximumWaiting = 3
let place = ''
let classifier: InferencePool
let gateway: GatewayUnderTest

/** A text over which this checkpoint's tokenizer never ends: `(a+)+$` tries every way to part the a's. */
const endless = `${'a'.repeat(60)}!`

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'bert-load-'))
  const words = 'one two three four'.split(' ')
  const tokenizer = {
    ...wordPieceTokenizer(words),
    pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false },
  }
  const model = { modelType: 'bert', vocabulary: 8, labels: 3 } as const
  const checkpoint = await openCheckpoint(await writeCheckpoint(join(place, 'model'), model, tokenizer))
  classifier = await createTextEncoder(
    checkpoint,
    { kind: 'classification', labels: 3 },
    { maximumWaiting, runTimeoutMs: 3000 },
  )
  gateway = await startGateway({
    parts: {
      routers: [createBertRouter({ name: 'bert', classifier })],
      auto: { kind: 'threshold', router: 'bert', threshold: 0.5 },
      routerTimeoutMs: 60_000,
    },
  })
  gateway.upstream.answer(json(completion))
})

afterAll(async () => {
  await gateway.close()
  await rm(place, { recursive: true })
})

const ask = (content: string, signal?: AbortSignal) =>
  gateway.chat(
    { model: 'router-bert-0.5', messages: [{ role: 'user', content }] },
    signal === undefined ? {} : { signal },
  )

async function waitingBecomes(count: number): Promise<void> {
  while (classifier.waiting !== count) await new Promise((resolve) => setImmediate(resolve))
}

it('under load: the queue has a bound, whoever leaves makes room, and a stuck thread is replaced', async () => {
  const stuck = ask(endless)
  await gateway.metricBecomes(inFlightSeries, 1)
  const leaving = [new AbortController(), new AbortController()]
  const left = leaving.map(({ signal }) => ask('one', signal).catch((error: Error) => error.name))
  const patient = ask('two')
  await waitingBecomes(maximumWaiting)

  const refused = await Promise.all(Array.from({ length: 20 }, () => ask('three')))
  for (const reply of refused) {
    expect(reply.status).toBe(429)
    expect(await reply.json()).toEqual({
      error: {
        message: expect.stringContaining(`${maximumWaiting} calls already wait for ${join(place, 'model')}.`),
        type: 'rate_limit_error',
        param: null,
        code: 'inference_queue_full',
      },
    })
  }
  expect(classifier.waiting).toBe(maximumWaiting)

  for (const client of leaving) client.abort()
  expect(await Promise.all(left)).toEqual(['AbortError', 'AbortError'])
  await waitingBecomes(1)
  const late = [ask('three'), ask('four')]
  await waitingBecomes(maximumWaiting)

  const stuckReply = await stuck
  expect(stuckReply.status).toBe(200)
  expect(stuckReply.headers.get('x-routellm-fallback')).toBe('router-error')
  for (const reply of await Promise.all([patient, ...late])) {
    expect(reply.status).toBe(200)
    expect(reply.headers.get('x-routellm-router')).toBe('bert')
    expect(reply.headers.get('x-routellm-fallback')).toBe(null)
    expect(Number(reply.headers.get('x-routellm-strong-win-rate'))).toBeGreaterThan(0)
  }
  expect(gateway.warnings).toMatchObject([{ fields: { fallback: 'router-error' } }])
})
