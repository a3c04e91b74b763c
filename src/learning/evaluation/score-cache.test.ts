import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScoreCache, scoreKey } from './score-cache.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-scores-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const winRates = Float64Array.of(0.1, 1 / 3, 0, 1)
const key = scoreKey({ router: 'r', embedder: 'e', prompts: ['a', 'b', 'c', 'd'] })
const file = () => join(folder, `${key}.scores`)

describe('scoreKey', () => {
  it('is another one for any other router, embedder, prompts or order of prompts', () => {
    const identity = fc.record({
      router: fc.string(),
      embedder: fc.string(),
      prompts: fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
    })
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        expect(scoreKey(one) === scoreKey(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
    fc.assert(
      fc.property(
        identity.filter(({ prompts }) => prompts.length > 0),
        fc.nat(),
        (one, at) => {
          const prompts = one.prompts.map((prompt, row) =>
            row === at % one.prompts.length ? `${prompt}x` : prompt,
          )
          expect(scoreKey({ ...one, prompts })).not.toBe(scoreKey(one))
        },
      ),
    )
  })

  it('does not run neighbouring parts together', () => {
    const keys = [
      { router: 'ab', embedder: '', prompts: ['c'] },
      { router: 'a', embedder: 'b', prompts: ['c'] },
      { router: 'ab', embedder: 'c', prompts: [] },
      { router: 'ab', embedder: '', prompts: ['c', ''] },
      { router: 'ab', embedder: '', prompts: ['c', '\ud800'] },
      { router: 'ab', embedder: '', prompts: ['c', '\ufffd'] },
    ].map(scoreKey)
    expect(new Set(keys).size).toBe(6)
  })
})

describe('createScoreCache', () => {
  it('gives back what was written, bit for bit', async () => {
    const cache = createScoreCache(join(folder, 'not', 'there', 'yet'))
    expect(await cache.read(key, 4)).toBeUndefined()
    await cache.write(key, winRates)
    expect(await cache.read(key, 4)).toEqual(winRates)
    expect(await readdir(join(folder, 'not', 'there', 'yet'))).toEqual([`${key}.scores`])
  })

  it.each([
    ['cut', () => truncate(file(), 40)],
    ['emptied', () => writeFile(file(), '')],
    [
      'changed in one bit',
      async () => {
        const bytes = await readFile(file())
        bytes[bytes.length - 3]! ^= 1
        await writeFile(file(), bytes)
      },
    ],
  ])('takes an entry that was %s for absent, and writes it anew', async (_how, damage) => {
    const cache = createScoreCache(folder)
    await cache.write(key, winRates)
    await damage()
    expect(await cache.read(key, 4)).toBeUndefined()
    await cache.write(key, winRates)
    expect(await cache.read(key, 4)).toEqual(winRates)
  })

  it('takes an entry of another number of rows for absent', async () => {
    const cache = createScoreCache(folder)
    await cache.write(key, winRates)
    expect(await cache.read(key, 3)).toBeUndefined()
  })

  it('keeps so many entries, the oldest go first', async () => {
    const cache = createScoreCache(folder, { maxEntries: 2 })
    for (const [age, name] of ['old', 'middle', 'new'].entries()) {
      await cache.write(name, winRates)
      await utimes(join(folder, `${name}.scores`), age, age).catch(() => undefined)
    }
    await cache.write('newest', winRates)
    expect((await readdir(folder)).toSorted()).toHaveLength(2)
    expect(await cache.read('newest', 4)).toEqual(winRates)
    expect(await cache.read('old', 4)).toBeUndefined()
  })
})
