import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TinyModel, writeCheckpoint } from '../../../../test/support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../../../test/support/encoders/tiny-tokenizer.ts'
import { RouterError } from '../../../errors.ts'
import { openCheckpoint } from '../checkpoint.ts'
import { createTextEncoder, type TextEncoderOptions } from '../text-encoder.ts'
import type { InferenceThread } from './inference-thread.ts'
import { createInferencePool, type InferencePool } from './pool.ts'

const words = 'one two three four five six seven eight nine ten'.split(' ')
const model: TinyModel = { modelType: 'bert', vocabulary: 4 + words.length, labels: 3 }
let place = ''
const opened: InferencePool[] = []

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'pool-'))
  await writeCheckpoint(join(place, 'plain'), model, wordPieceTokenizer(words))
})

afterAll(async () => {
  await Promise.all(opened.map((pool) => pool.close()))
  await rm(place, { recursive: true })
})

async function start(
  options: TextEncoderOptions = {},
  folder = join(place, 'plain'),
): Promise<InferencePool> {
  const head = { kind: 'classification', labels: 3 } as const
  const pool = await createTextEncoder(await openCheckpoint(folder), head, options)
  opened.push(pool)
  return pool
}

/** Computes the length of each text; dies of "die", and cannot compute "bad". */
function brittleThread(): InferenceThread {
  let isAlive = true
  return {
    width: 1,
    get isAlive() {
      return isAlive
    },
    async compute(texts) {
      await new Promise((resolve) => setImmediate(resolve))
      isAlive = !texts.includes('die')
      if (!isAlive) throw new RouterError('inference-thread-died', 'gone')
      if (texts.includes('bad')) throw new RouterError('inference-failed', 'bad text')
      return texts.map((text) => Float32Array.of(text.length))
    },
    ended: Promise.resolve(),
    hold() {},
    release() {},
    async close() {},
  }
}

const noModel = {
  runtimePath: '',
  tokenizersPath: '',
  model: new Uint8Array(),
  folder: '',
  tokenizerPath: '',
  maxTokens: 8,
  vocabulary: 8,
  padToken: 0,
}

/** A checkpoint whose tokenizer never ends on a text of many a's: `(a+)+$` tries every way to part them. */
async function startHanging(runTimeoutMs: number): Promise<InferencePool> {
  const tokenizer = {
    ...wordPieceTokenizer(words),
    pre_tokenizer: {
      type: 'Split',
      pattern: { Regex: '(a+)+$' },
      behavior: 'Isolated',
      invert: false,
    },
  }
  return start({ runTimeoutMs }, await writeCheckpoint(join(place, 'hanging'), model, tokenizer))
}
const hangs = `${'a'.repeat(60)}!`

describe('run', () => {
  it('gives a row per text, in order, whatever their lengths', async () => {
    const pool = await start()
    const texts = ['one', 'two three four five six seven eight', '', 'one', 'nine ten', 'ten nine ten']
    const together = await pool.run(texts)
    expect(together.map((row) => row.length)).toEqual(texts.map(() => 3))
    for (const [index, text] of texts.entries()) {
      const [alone] = await pool.run([text])
      for (const [column, number] of alone!.entries()) expect(together[index]![column]).toBeCloseTo(number, 5)
    }
    expect(together[0]).not.toEqual(together[1])
  })

  it('gives nothing for no texts', async () => {
    expect(await (await start()).run([])).toEqual([])
  })

  it('reads a text up to its limit', async () => {
    const pool = await start()
    const long = 'one two '.repeat(30)
    expect(await pool.run([`${long}three`])).toEqual(await pool.run([`${long}four`]))
  })

  it('refuses the call that is one too many with 429, and serves those that wait', async () => {
    const pool = await start({ maximumWaiting: 2 })
    const running = pool.run(['one'])
    const waiting = [pool.run(['two']), pool.run(['three'])]
    expect(pool.waiting).toBe(2)
    await expect(pool.run(['four'])).rejects.toMatchObject({
      name: 'RouterError',
      code: 'inference-queue-full',
      status: 429,
    })
    await expect(Promise.all([running, ...waiting])).resolves.toHaveLength(3)
    await expect(pool.run(['four'])).resolves.toHaveLength(1)
  })

  it('takes an aborted call out of the queue', async () => {
    const pool = await start()
    const running = pool.run(['one'])
    const abort = new AbortController()
    const reason = new Error('the client left')
    const cancelled = pool.run(['two', 'three'], abort.signal)
    const patient = pool.run(['four'])
    expect(pool.waiting).toBe(2)
    abort.abort(reason)
    expect(pool.waiting).toBe(1)
    await expect(cancelled).rejects.toBe(reason)
    await expect(Promise.all([running, patient])).resolves.toHaveLength(2)
    await expect(pool.run(['one'], AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('gives an aborted call up while it runs', async () => {
    const pool = await start()
    const abort = new AbortController()
    const reason = new Error('the client left')
    const running = pool.run(['one'], abort.signal)
    expect(pool.waiting).toBe(0)
    abort.abort(reason)
    await expect(running).rejects.toBe(reason)
    await expect(pool.run(['two'])).resolves.toHaveLength(1)
  })

  it('lets single texts pass between the slices of a large call', async () => {
    const pool = await start()
    const order: string[] = []
    const large = pool
      .run(Array.from({ length: 2000 }, (_, index) => words[index % 10]!))
      .then(() => order.push('large'))
    const small = pool.run(['five']).then(() => order.push('small'))
    await Promise.all([large, small])
    expect(order).toEqual(['small', 'large'])
  })
})

describe('a thread', () => {
  it('that takes too long is ended, its call told so, and another started', async () => {
    const pool = await startHanging(300)
    await expect(pool.run([hangs])).rejects.toMatchObject({ code: 'inference-too-long' })
    await expect(pool.run(['one'])).resolves.toHaveLength(1)
  })

  it('that dies fails the call it was at, and those that wait get another', async () => {
    let started = 0
    const pool = await createInferencePool(noModel, 'a model', {}, async () => {
      started++
      return brittleThread()
    })
    const doomed = pool.run(['die'])
    const waiting = pool.run(['one'])
    await expect(doomed).rejects.toMatchObject({ code: 'inference-thread-died' })
    expect(await waiting).toEqual([Float32Array.of(3)])
    expect(started).toBe(2)
  })

  it('that cannot be replaced fails those that wait, and the next call tries again', async () => {
    const starts = [
      async () => brittleThread(),
      async () => Promise.reject(new Error('no memory')),
      async () => brittleThread(),
    ]
    const pool = await createInferencePool(noModel, 'a model', {}, () => starts.shift()!())
    const doomed = pool.run(['die'])
    const waiting = pool.run(['one'])
    await expect(doomed).rejects.toMatchObject({ code: 'inference-thread-died' })
    await expect(waiting).rejects.toThrow('no memory')
    expect(await pool.run(['four'])).toEqual([Float32Array.of(4)])
  })

  it('that cannot compute one text computes those beside it', async () => {
    const pool = await createInferencePool(noModel, 'a model', {}, async () => brittleThread())
    const calls = ['first', 'one', 'bad', 'two'].map((text) => pool.run([text]))
    const [, one, bad, two] = await Promise.allSettled(calls)
    expect(one).toMatchObject({ status: 'fulfilled' })
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'inference-failed' } })
    expect(two).toMatchObject({ status: 'fulfilled' })
  })

  it('works beside others where there are several workers', async () => {
    let started = 0
    const pool = await createInferencePool(noModel, 'a model', { workers: 3 }, async () => {
      started++
      return brittleThread()
    })
    expect(await Promise.all([pool.run(['a']), pool.run(['bb']), pool.run(['ccc'])])).toHaveLength(3)
    expect(started).toBe(3)
  })
})

describe('close', () => {
  it('rejects who waits, and every later call', async () => {
    const pool = await start()
    const calls = Promise.allSettled([pool.run(['one']), pool.run(['two'])])
    await pool.close()
    for (const call of await calls)
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'router-closed', status: 503 } })
    await expect(pool.run(['one'])).rejects.toMatchObject({ code: 'router-closed' })
    await pool.close()
  })
})
