import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPoolOutcomes } from './read-outcomes.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-outcomes-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(rows: readonly object[], options: Parameters<typeof readPoolOutcomes>[1] = {}) {
  const file = join(folder, 'rows.jsonl')
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return readPoolOutcomes([file], options)
}

const both = { prompt: 'a', scores: { big: 1, small: 0 }, cost: { big: 0.01, small: 0.001 } }

describe('readPoolOutcomes', () => {
  it('leaves out a row without a cost, which is not 0', async () => {
    const { outcomes, incompleteRows } = await read([both, { ...both, prompt: 'b', cost: { big: 0.01 } }])
    expect([outcomes.prompts, incompleteRows]).toEqual([['a'], 1])
    expect(outcomes.usd).toEqual(Float64Array.of(0.01, 0.001))
  })

  it.each([[null], [''], ['0.01'], [-1]])('refuses the cost %j', async (big) => {
    await expect(read([{ ...both, cost: { big, small: 0 } }])).rejects.toMatchObject({ code: 'invalid-row' })
  })

  it('takes the given dollars where a row has none, and refuses those of a model that is not there', async () => {
    const { outcomes } = await read([{ ...both, cost: { big: 0.01 } }], { usdPerRequest: { small: 0.002 } })
    expect(outcomes.usd).toEqual(Float64Array.of(0.01, 0.002))
    await expect(read([both], { usdPerRequest: { smal: 0.002 } })).rejects.toThrow(
      '--usd-per-request smal: the pool has no model of this name. Did you mean "small"? Models: big, small.',
    )
  })
})
