import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TextLinesOptions } from '../text-lines.ts'
import { readJsonLines } from './json-lines.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'json-lines-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, content)
  return file
}

async function rowsOf(file: string, options?: TextLinesOptions) {
  const rows: { line: number; value: unknown }[] = []
  for await (const row of readJsonLines(file, options)) rows.push(row)
  return rows
}

describe('readJsonLines', () => {
  it('reads rows with their lines, passing over blank ones, a byte order mark and carriage returns', async () => {
    const file = await fileOf('plain.jsonl', '\ufeff{"a":1}\r\n\n  \n[2]\n"three"')
    expect(await rowsOf(file)).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 4, value: [2] },
      { line: 5, value: 'three' },
    ])
  })

  it('reads gzip by its content, whatever the name', async () => {
    for (const [name, content] of [
      ['rows.jsonl.gz', gzipSync('{"a":"ä"}\n{"a":2}\n')],
      ['rows', gzipSync('{"a":"ä"}\n{"a":2}\n')],
      ['plain.jsonl.gz', '{"a":"ä"}\n{"a":2}\n'],
    ] as const) {
      const file = await fileOf(name, content)
      expect((await rowsOf(file)).map(({ value }) => value)).toEqual([{ a: 'ä' }, { a: 2 }])
    }
  })

  it('puts lines and characters together that the chunks of the file cut', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => ({ index, text: 'ä€😀'.repeat(index) }))
    const file = await fileOf('cut.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'))
    expect((await rowsOf(file)).map(({ value }) => value)).toEqual(rows)
  })

  it('gives nothing for an empty file', async () => {
    expect(await rowsOf(await fileOf('empty.jsonl', ''))).toEqual([])
  })

  it('refuses a truncated gzip after the rows before the cut', async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, index) => `{"index":${index},"text":"${Math.sin(index)}"}\n`,
    )
    const whole = gzipSync(rows.join(''))
    const file = await fileOf('cut.jsonl.gz', whole.subarray(0, whole.length - 2000))
    let read = 0
    const reading = async () => {
      for await (const _ of readJsonLines(file)) read++
    }
    await expect(reading()).rejects.toMatchObject({
      code: 'broken-gzip',
      message: expect.stringMatching(/cut\.jsonl\.gz ends in the middle .* at line \d{4}/),
    })
    expect(read).toBeGreaterThan(1000)
  })

  it.each<[string, string, string | Uint8Array, string, RegExp]>([
    [
      'what is no gzip',
      'no.jsonl.gz',
      Buffer.from([0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      'broken-gzip',
      /no\.jsonl\.gz is not valid gzip data .* line 1/,
    ],
    [
      'invalid UTF-8',
      'latin1.jsonl',
      Buffer.from('"a"\n"\xe4"\n', 'latin1'),
      'invalid-utf8',
      /latin1\.jsonl line 2/,
    ],
    [
      'what is no JSON',
      'bad.jsonl',
      '{}\n\n{"a":\n',
      'invalid-json-line',
      /bad\.jsonl line 3 is not JSON .*\{\\"a\\":/,
    ],
  ])('refuses %s, naming file and line', async (_, name, content, code, message) => {
    const file = await fileOf(name, content)
    await expect(rowsOf(file)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('refuses a line over the limit without reading it through', async () => {
    const file = await fileOf('long.jsonl', `"a"\n"${'x'.repeat(300_000)}"`)
    await expect(rowsOf(file, { maxLineBytes: 1000 })).rejects.toMatchObject({
      code: 'line-too-long',
      message: expect.stringMatching(/long\.jsonl line 2 is longer than 1000 bytes/),
    })
    expect(await rowsOf(await fileOf('just.jsonl', '"abc"\n"def"\n'), { maxLineBytes: 5 })).toHaveLength(2)
  })

  it('refuses a file that is not there, and a folder', async () => {
    await expect(rowsOf(join(folder, 'none.jsonl'))).rejects.toMatchObject({
      code: 'data-file-unreadable',
      message: expect.stringContaining('none.jsonl cannot be read. There is no such file'),
    })
    await expect(rowsOf(folder)).rejects.toMatchObject({ code: 'data-file-unreadable' })
  })

  it('can be left early', async () => {
    const file = await fileOf('many.jsonl.gz', gzipSync('{}\n'.repeat(100_000)))
    for await (const { line } of readJsonLines(file)) if (line === 3) break
    await rm(file)
  })
})
