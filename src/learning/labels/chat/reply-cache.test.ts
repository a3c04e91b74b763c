import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReplyCache, type StoredReply } from './reply-cache.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reply-cache-'))
  file = join(folder, 'cache.jsonl')
})
afterEach(() => rm(folder, { recursive: true }))

const reply = (text: string, costUsd: number | null = 0.25): StoredReply => ({
  text,
  isCut: text.length > 5,
  inputTokens: 10,
  outputTokens: 2,
  costUsd,
})

/** A file with the replies "one" and "zwei ü\n", under the keys 1 and 2. */
async function written(): Promise<Buffer> {
  const cache = await openReplyCache(file)
  await Promise.all([cache.put('1', reply('one')), cache.put('2', reply('zwei ü\n', null))])
  await cache.close()
  return readFile(file)
}

describe('openReplyCache', () => {
  it('gives back what was put, at once and when opened again', async () => {
    const cache = await openReplyCache(file)
    expect(await cache.get('1')).toBeUndefined()
    await Promise.all([cache.put('1', reply('one')), cache.put('2', reply('zwei ü\n', null))])
    await cache.putLost(0.5)
    const paid = { replies: 2, usd: 0.75, unpricedInputTokens: 10, unpricedOutputTokens: 2 }
    expect([await cache.get('1'), await cache.get('2'), cache.paid]).toEqual([
      reply('one'),
      reply('zwei ü\n', null),
      paid,
    ])
    await cache.close()
    const again = await openReplyCache(file)
    expect([await again.get('1'), await again.get('2'), again.paid]).toEqual([
      reply('one'),
      reply('zwei ü\n', null),
      paid,
    ])
    await again.close()
  })

  it('goes on wherever the process was killed: only the torn reply is lost', async () => {
    const whole = await written()
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at)
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(file, whole)
      await truncate(file, length)
      const cache = await openReplyCache(file)
      // A line that lacks only its line end is whole enough.
      expect(cache.paid.replies, `killed after ${length} bytes`).toBe(
        ends.slice(1).filter((end) => length >= end).length,
      )
      await cache.put('3', reply('three'))
      await cache.close()
      const again = await openReplyCache(file)
      expect(await again.get('3')).toEqual(reply('three'))
      expect((await again.get('1'))?.text).toBe(length >= ends[1]! ? 'one' : undefined)
      await again.close()
    }
  })

  it('keeps long and many replies, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.uuid(), fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(3)), {
          selector: ([key]) => key,
          maxLength: 20,
        }),
        async (entries) => {
          await rm(file, { force: true })
          const texts = entries.map(([key, text, times]) => [key, text.repeat(1 + 200 * times)] as const)
          const cache = await openReplyCache(file)
          await Promise.all(texts.map(([key, text]) => cache.put(key, reply(text))))
          await cache.close()
          const again = await openReplyCache(file)
          for (const [key, text] of texts) expect((await again.get(key))?.text).toBe(text)
          await again.close()
        },
      ),
      { numRuns: 20 },
    )
  })

  it.each(['{"prompt":"mine"}\n', 'hello', '\u0000\u0000'])(
    'leaves another file alone: %j',
    async (content) => {
      await writeFile(file, content)
      await expect(openReplyCache(file)).rejects.toMatchObject({ code: 'not-a-reply-cache' })
      expect(await readFile(file, 'utf8')).toBe(content)
    },
  )

  it('says what is wrong where it cannot be opened', async () => {
    await expect(openReplyCache(join(folder, 'none', 'c.jsonl'))).rejects.toMatchObject({
      code: 'cache-unreadable',
      message: expect.stringContaining('ENOENT'),
    })
  })
})
