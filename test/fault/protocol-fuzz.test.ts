import { describe, expect, it } from 'vitest'
import { checkInput } from '../support/fuzz/check-input.ts'
import { readCorpus } from '../support/fuzz/corpus.ts'
import { seedInputs } from '../support/fuzz/seeds.ts'

// test/long/protocol-fuzz.test.ts mutates the seeds, and keeps the inputs that read differently from all before them.
describe('the corpus of the fuzzer', () => {
  const cuts = [[], [1], [7, 1, 30], Array.from({ length: 64 }, () => 3)]

  it('reads as it did when it was kept, however it is cut', () => {
    const corpus = readCorpus()
    expect(corpus.length).toBeGreaterThanOrEqual(300)
    for (const { read, ...input } of corpus)
      for (const sizes of cuts) expect(checkInput(input, sizes)).toBe(read)
  })

  it('sound inputs are read whole', () => {
    for (const input of seedInputs()) {
      const read = checkInput(input, [5])
      if (input.kind === 'stream') expect(read).toMatch(/^start .*(end|tool-calls) .*end$/)
      expect(read).not.toMatch(/error|no reply|no object/)
    }
  })
})
