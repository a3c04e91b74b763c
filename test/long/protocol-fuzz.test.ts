import { expect, it } from 'vitest'
import { createRandom } from '../../src/base/math/random.ts'
import { checkInput } from '../support/fuzz/check-input.ts'
import { type KeptInput, writeCorpus } from '../support/fuzz/corpus.ts'
import { mutate } from '../support/fuzz/mutate.ts'
import { seedInputs } from '../support/fuzz/seeds.ts'

/** docs/protocols.md states it. */
const inputs = 200_000
const keptAtMost = 300
const keptBytesAtMost = 1000

it(`${inputs} mutated streams, replies and requests: no reader or writer throws, and any cut reads the same`, () => {
  const random = createRandom(14)
  const seeds = seedInputs()
  const pool = [...seeds]
  const kept = new Map<string, KeptInput>()
  for (let count = 0; count < inputs; count++) {
    const input = mutate(pool[random.nextInt(pool.length)]!, seeds, random)
    const sizes = Array.from({ length: 6 }, () => random.nextInt(40))
    let read: string
    try {
      read = checkInput(input, sizes)
    } catch (error) {
      const shown = `${input.kind} of ${input.protocol}, base64 ${input.bytes.toString('base64')}`
      throw new Error(`input ${count}, a ${shown}, in pieces of ${sizes}`, { cause: error })
    }
    const way = `${input.kind} ${input.protocol} ${read}`
    const known = kept.get(way)
    if (known === undefined && kept.size < keptAtMost && input.bytes.length <= keptBytesAtMost) {
      kept.set(way, { ...input, read })
      pool.push(input) // what reads differently is mutated further
    } else if (known !== undefined && input.bytes.length < known.bytes.length)
      kept.set(way, { ...input, read })
  }
  expect(kept.size).toBe(keptAtMost)
  writeCorpus([...kept.values()])
})
