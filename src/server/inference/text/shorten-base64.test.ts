import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shortenBase64, shortenKeptBody } from './shorten-base64.ts'

const shorten = (text: string) => shortenBase64(Buffer.from(text)).toString()

it('case 27: keeps the beginning of a long run of base64, and how much is left out', () => {
  const image = 'iVBOR'.padEnd(2_000_000, 'AbC/9+')
  const body = JSON.stringify({ before: 'x y', url: `data:image/png;base64,${image}==`, after: 'é' })
  const short = shorten(body)
  expect(short.length).toBeLessThan(300)
  expect(JSON.parse(short)).toEqual({
    before: 'x y',
    url: `data:image/png;base64,${image.slice(0, 64)}… (1,999,938 characters of base64 left out)`,
    after: 'é',
  })
})

it('shortens each of several runs, wherever they stand, and one whose slashes are escaped', () => {
  const run = 'Ab/9'.repeat(500)
  const escaped = run.replaceAll('/', '\\/')
  const short = shorten(`["${run}", "${escaped}", "\\"${run}", "${run}`)
  expect(short.match(/left out/g)).toHaveLength(4)
  expect(() => JSON.parse(`${short}"]`)).not.toThrow()
})

it('leaves text, short runs and what is no run alone', () => {
  for (const text of [
    '',
    'word '.repeat(10_000),
    `"${'A'.repeat(1024)}"`,
    '\\"'.repeat(5000),
    '…'.repeat(3000),
  ])
    expect(shorten(text)).toBe(text)
})

it('keeps JSON JSON, and every string that has no long run', () => {
  const run = fc.integer({ min: 0, max: 4000 }).map((length) => 'a/b+'.repeat(length).slice(0, length))
  fc.assert(
    fc.property(fc.array(fc.oneof(run, fc.string()), { maxLength: 8 }), (texts) => {
      const read: unknown = JSON.parse(shorten(JSON.stringify(texts)))
      const expected = texts.map((text) =>
        text.length > 1024
          ? `${text.slice(0, 64)}… (${(text.length - 64).toLocaleString('en')} characters of base64 left out)`
          : text,
      )
      expect(read).toEqual(expected)
    }),
    { seed: 27, numRuns: 300 },
  )
})

it('counts what is left of a body that was cut', () => {
  const bytes = Buffer.from('A'.repeat(5000))
  const { bytes: short, totalBytes } = shortenKeptBody({ bytes, totalBytes: 9000 })
  expect(totalBytes - short.length).toBe(4000)
})
