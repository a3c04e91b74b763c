import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipOf, zstdOf } from '../../../test/support/files/archives.ts'
import { createRandom } from '../../base/math/random.ts'
import { DataError } from '../../errors.ts'
import { readParquetRows } from './parquet/parquet-rows.ts'
import { type ReadRowsOptions, readRows } from './read-rows.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function count(file: string, options?: ReadRowsOptions): Promise<number> {
  let rows = 0
  for await (const _ of readRows(file, options)) rows++
  return rows
}

const lines = Array.from({ length: 3000 }, (_, index) => `{"prompt":"${Math.sin(index)}"}`)
const csv = `prompt,id\n${lines.map((_, index) => `${Math.sin(index)},${index}`).join('\n')}\n`
const zeros = new Uint8Array(5000)
const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** A Parquet file of 30 rows in three row groups, so that the bytes of each part are at hand. */
function parquet(codec: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' = 'UNCOMPRESSED'): Buffer {
  const numbers = Array.from({ length: 30 }, (_, index) => index)
  return Buffer.from(
    parquetWriteBuffer({
      codec,
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
      rowGroupSize: 10,
      columnData: [
        { name: 'prompt', data: numbers.map((index) => `prompt ${index % 4}`) },
        { name: 'weight', data: numbers.map((index) => (index % 5 === 0 ? null : index)), nullable: true },
        { name: 'flag', data: numbers.map((index) => index % 2 === 0) },
        { name: 'turns', data: numbers.map((index) => [{ role: 'user', content: `turn ${index}` }]) },
      ],
    }),
  )
}

function withFooter(footer: Uint8Array, claimed = footer.length): Buffer {
  const end = Buffer.alloc(8)
  end.writeUInt32LE(claimed, 0)
  end.write('PAR1', 4)
  return Buffer.concat([Buffer.from('PAR1'), footer, end])
}

function replaced(bytes: Buffer, text: string, by: string): Buffer {
  return latin1(bytes.toString('latin1').replaceAll(text, by))
}

describe('a hostile file', () => {
  it.each<[name: string, content: string | Uint8Array, code: string, message: RegExp]>([
    // JSON Lines
    [
      'gzip cut.jsonl.gz',
      gzipSync(lines.join('\n')).subarray(0, -900),
      'broken-gzip',
      /ends in the middle.*at line \d+/,
    ],
    [
      'broken gzip.jsonl.gz',
      Buffer.concat([gzipSync(lines.join('\n')).subarray(0, 200), zeros]),
      'broken-gzip',
      /is not valid gzip data.*line \d/,
    ],
    ['latin1.jsonl', latin1('{}\n{"a":"\xe4"}\n'), 'invalid-utf8', /line 2 is not valid UTF-8/],
    ['zeros.jsonl', zeros, 'invalid-json-line', /line 1 is not JSON/],
    [
      'utf-16.jsonl',
      Buffer.concat([Buffer.from('\ufeff{"a":1}\n{"a":"', 'utf16le'), Buffer.from([0, 0xd8, 0x41, 0])]),
      'invalid-utf16',
      /is not valid UTF-16, near line \d/,
    ],
    ['parquet.jsonl', parquet('SNAPPY').subarray(0, -100), 'broken-parquet', /does not end with PAR1/],
    ['half a line.jsonl', '{"a":1}\n{"a":', 'invalid-json-line', /line 2 is not JSON/],
    [
      'deep.jsonl',
      `{"a":${deep}}\n`,
      'invalid-json-line',
      /line 1 is not JSON \(it is nested more than 200 deep\)/,
    ],
    ['deep.csv', `prompt,scores\np,${deep}\n`, 'invalid-row', /nested more than 200 deep/],
    ['deep.json', `[${deep}]`, 'invalid-json-array', /item 1 .*nested more than 200 deep/],
    // One JSON array
    ['array cut.json', '[{"a":1},{"a":', 'invalid-json-array', /ends in the middle of its array, in item 2/],
    ['array gzip cut.json.gz', gzipSync(`[${lines}]`).subarray(0, -900), 'broken-gzip', /at item \d+/],
    ['array goes on.json', '[1] x', 'invalid-json-array', /goes on after its array/],
    ['array with a hole.json', '[1,,2]', 'invalid-json-array', /item 2 is not JSON/],
    ['array with a comma at its end.json', '[1,]', 'invalid-json-array', /item 2 is not JSON/],
    ['array in latin1.json', latin1('["a","\xe4"]'), 'invalid-utf8', /item 2 is not valid UTF-8/],
    [
      'object cut.json',
      '{"prompt":\n{"0":"a"},\n"b":',
      'invalid-json-line',
      /line 1 is not JSON.*ends in the middle/,
    ],
    ['object with a hole.json', '{"prompt":\n{"0":}}', 'invalid-json-line', /line 1 is not JSON/],
    [
      'text between objects.json',
      '{\n"a":1}\nx\n{\n"a":1}',
      'invalid-json-line',
      /line 3 is not JSON.*between/,
    ],
    ['object in latin1.json', latin1('{\n"a":"\xe4"}'), 'invalid-utf8', /line 1 is not valid UTF-8/],
    // Archives
    ['cut.zip', zipOf({ 'a.jsonl': '{"a":1}\n' }).subarray(0, -30), 'broken-zip', /cut off/],
    [
      'encrypted.zip',
      zipOf({ 'a.jsonl': '{}' }, { flags: 1 }),
      'zip-unsupported',
      /a\.jsonl, which is encrypted/,
    ],
    ['method.zip', zipOf({ 'a.jsonl': '{}' }, { method: 12 }), 'zip-unsupported', /packed by method 12/],
    ['beyond.zip', zipOf({ 'a.jsonl': '{}' }, { packed: 2 ** 30 }), 'broken-zip', /beyond its end/],
    [
      'damaged.zip',
      zipOf({ 'a.jsonl': '{}'.repeat(99) }, { damage: true }),
      'broken-zip',
      /not valid ZIP data.*line 1/,
    ],
    ['no data.zip', zipOf({ 'README.md': 'x' }), 'data-file-unreadable', /archive .* has no data file/],
    ['workbook.xlsx', zipOf({ 'xl/workbook.xml': '<x/>' }), 'not-data', /is a spreadsheet.*CSV UTF-8/],
    ['parquet.zip', zipOf({ 'a.parquet': parquet() }), 'parquet-in-gzip', /unzip/],
    ['old.xls', latin1('\xd0\xcf\x11\xe0\xa1'), 'not-data', /old Excel workbook/],
    [
      'a.tar.gz',
      gzipSync(Buffer.concat([Buffer.alloc(257, 'x'), Buffer.from('ustar')])),
      'not-data',
      /tar archive/,
    ],
    ['a.jsonl.xz', latin1('\xfd7zXZ\0'), 'not-data', /xz, which is not read. Unpack it with unxz/],
    [
      'broken.zst',
      latin1('\x28\xb5\x2f\xfd\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'),
      'broken-zstd',
      /Zstandard data .*line 1/,
    ],
    [
      'cut.zst',
      zstdOf('{"a":1}\n').subarray(0, -3),
      'broken-zstd',
      /ends in the middle of its Zstandard data/,
    ],
    // CSV
    ['gzip cut.csv.gz', gzipSync(csv).subarray(0, -900), 'broken-gzip', /ends in the middle.*at line \d+/],
    [
      'latin1 after utf-8.csv',
      latin1('prompt\n\xc3\xa4\n"a\n\xe4"\n'),
      'invalid-utf8',
      /line 4 is not.*looks like Latin-1/,
    ],
    [
      'cyrillic.csv',
      latin1('prompt\n\xcf\xf0\xe8\xe2\xe5\xf2\n'),
      'invalid-utf8',
      /line 2 is not valid UTF-8/,
    ],
    ['polish.csv', latin1('prompt\nksi\xb9\xbfka i s\xb3owo\n'), 'invalid-utf8', /line 2 is not valid UTF-8/],
    ['open quote.csv', 'prompt,id\na,1\n"b,2\nc,3\n', 'csv-unclosed-quote', /line 3 opens a quoted field/],
    ['after quote.csv', 'prompt\n"a"b\n', 'csv-text-after-quote', /line 2 has "b" after a closing quote/],
    [
      'wide.csv',
      `prompt,${'c,'.repeat(16_384)}\np\n`,
      'csv-columns',
      /names 16386 columns; at most 16384 are read/,
    ],
    ['too few.csv', 'prompt,id\na\n', 'csv-field-count', /line 2 has 1 fields, but the header names 2/],
    ['too many.csv', 'prompt\na,b\n', 'csv-field-count', /line 2 has 2 fields/],
    ['twice.csv', 'prompt,prompt\na,b\n', 'csv-columns', /line 1 names the column "prompt" twice/],
    ['zeros.csv', zeros, 'csv-columns', /line 1 has bytes of zero/],
    ['empty.csv', '', 'csv-empty', /is empty/],
    [
      'no number.csv',
      'prompt,weight\na,heavy\n',
      'invalid-row',
      /line 2 has "heavy" in "weight", and a number/,
    ],
    [
      'no JSON.csv',
      'prompt,scores\na,{gpt: 1}\n',
      'invalid-row',
      /line 2 has "\{gpt: 1\}" in "scores", and JSON/,
    ],
    ['infinite.csv', 'prompt,scores.a\na,Infinity\n', 'invalid-row', /line 2 has "Infinity" in "scores.a"/],
    ['both.csv', 'prompt,scores,scores.a\na,{},1\n', 'invalid-row', /line 2 has both a column "scores" and/],
    // Parquet
    ['empty.parquet', '', 'broken-parquet', /has 0 bytes, too few/],
    ['cut.parquet', parquet().subarray(0, -100), 'broken-parquet', /does not end with PAR1: it is cut off/],
    ['zeros.parquet', zeros, 'broken-parquet', /begins with .* not with PAR1/],
    ['no magic.parquet', 'no rows', 'broken-parquet', /has 7 bytes/],
    ['gzipped.parquet', gzipSync(parquet()), 'parquet-in-gzip', /compresses its own pages.*gunzip/],
    ['gzipped.parquet.gz', gzipSync(parquet()), 'parquet-in-gzip', /compresses its own pages.*gunzip/],
    ['encrypted.parquet', Buffer.from('PARE00000000PARE'), 'parquet-unsupported', /is encrypted/],
    [
      'long footer.parquet',
      withFooter(zeros, 2 ** 32 - 1),
      'broken-parquet',
      /a footer of 4294967295 bytes in a file/,
    ],
    ['zero footer.parquet', withFooter(zeros), 'broken-parquet', /has a broken footer/],
    // field 2, a list of 2^31 - 1 structs
    [
      'long list.parquet',
      withFooter(Buffer.from('29fcffffffff070000', 'hex')),
      'broken-parquet',
      /a list in it claims 2147483647/,
    ],
    // field 1, a text of 2^31 - 1 bytes
    [
      'long text.parquet',
      withFooter(Buffer.from('18ffffffff0700', 'hex')),
      'broken-parquet',
      /a text in it claims 2147483647/,
    ],
    [
      'deep footer.parquet',
      withFooter(Buffer.alloc(5000, 0x1c)),
      'broken-parquet',
      /nested more than 32 deep/,
    ],
    [
      'overlong number.parquet',
      withFooter(Buffer.from('15ffffffffffffffff', 'hex')),
      'broken-parquet',
      /has too many bytes/,
    ],
    [
      'no UTF-8.parquet',
      replaced(parquet(), 'prompt 3', 'pr\xe4mpt 3'),
      'broken-parquet',
      /in the row group from row 1/,
    ],
    [
      'no gzip inside.parquet',
      replaced(parquet('GZIP'), '\x1f\x8b', '\x1f\x8c'),
      'broken-parquet',
      /row 1: .*incorrect header/,
    ],
  ])('%s is refused, naming the place', async (name, content, code, message) => {
    const file = join(folder, name)
    await writeFile(file, content)
    await expect(count(file)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    await expect(count(file)).rejects.toThrow(name)
  })

  it.each(['a.jsonl', 'a.csv', 'a.json', 'a.parquet'])(
    '%s that is missing or a folder is refused',
    async (name) => {
      const file = join(folder, 'none', name)
      await expect(count(file)).rejects.toMatchObject({
        code: 'data-file-unreadable',
        message: expect.stringContaining('There is no such file; check the path'),
      })
      await mkdir(file, { recursive: true })
      await expect(count(file)).rejects.toMatchObject({ code: 'data-file-unreadable' })
      await rm(file, { recursive: true })
    },
  )

  it.each([
    ['a.jsonl', '{"prompt":"', 'line-too-long', /line 1 is longer than 1048576 bytes/],
    ['a.csv', 'prompt\n"', 'line-too-long', /line 2 is longer than/],
    ['a.json', '[{"prompt":"', 'line-too-long', /item 1 of its array is longer than/],
  ])('%s with a line of 100 MB is refused before it is in memory', async (name, begin, code, message) => {
    const file = join(folder, name)
    const written = await open(file, 'w')
    await written.write(begin)
    const million = Buffer.alloc(2 ** 20, 'x')
    for (let megabytes = 0; megabytes < 100; megabytes++) await written.write(million)
    await written.close()
    const before = process.memoryUsage.rss()
    await expect(count(file, { maxLineBytes: 2 ** 20 })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect(process.memoryUsage.rss() - before).toBeLessThan(60e6)
    await rm(file)
  })

  it('a quote that is never closed is refused where the record is too long, and not at the end of the file', async () => {
    const file = join(folder, 'open.csv')
    await writeFile(file, `prompt,id\na,1\n"b,2\n${'c,3\n'.repeat(1000)}`)
    await expect(count(file, { maxLineBytes: 100 })).rejects.toMatchObject({
      code: 'csv-record-too-long',
      message: expect.stringMatching(
        /line 3 begins a record of more than 100 .* Line 3 opens a quoted field/,
      ),
    })
  })

  it('a row group beyond the limits is refused', async () => {
    const file = join(folder, 'large.parquet')
    await writeFile(file, parquet())
    const limits = {
      footerBytes: 1e6,
      columns: 10,
      groupBytes: 1e6,
      groupUncompressedBytes: 1e6,
      values: 1000,
    }
    for (const [limit, code] of [
      [{ footerBytes: 100 }, 'parquet-too-large'],
      [{ columns: 3 }, 'broken-parquet'],
      [{ groupBytes: 400 }, 'parquet-too-large'],
      [{ values: 9 }, 'parquet-too-large'],
      [{ groupUncompressedBytes: 100 }, 'broken-parquet'],
    ] as const) {
      const rows = readParquetRows(file, { limits: { ...limits, ...limit } })
      await expect(rows.next(), JSON.stringify(limit)).rejects.toMatchObject({ code })
    }
    const within = readParquetRows(file, { limits })
    expect((await within.next()).done).toBe(false)
    await within.return(undefined)
  })

  it('Parquet with any byte broken gives an error of its own or rows, in bounded time and memory', async () => {
    const random = createRandom(11)
    const file = join(folder, 'broken.parquet')
    const before = process.memoryUsage.rss()
    let refused = 0
    for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP'] as const) {
      const whole = parquet(codec)
      for (let round = 0; round < 150; round++) {
        const bytes = Buffer.from(whole)
        bytes[random.nextInt(bytes.length)] = random.nextInt(2) === 0 ? 0xff : random.nextInt(256)
        await writeFile(file, bytes)
        await count(file).catch((error: unknown) => {
          expect(error).toBeInstanceOf(DataError)
          refused++
        })
      }
    }
    expect(refused).toBeGreaterThan(200)
    expect(process.memoryUsage.rss() - before).toBeLessThan(200e6)
  }, 60_000)

  it('a file that unpacks to far more than it has is refused', async () => {
    const file = join(folder, 'bomb.jsonl.gz')
    const million = Buffer.alloc(2 ** 20, ' ').fill('\n', 2 ** 20 - 1)
    // 200 members of 1 MiB of blank lines.
    await writeFile(file, Buffer.concat(Array<Buffer>(200).fill(gzipSync(million))))
    await expect(count(file)).rejects.toMatchObject({
      code: 'compression-bomb',
      message: expect.stringMatching(
        /bomb\.jsonl\.gz unpacks to more than \d+ bytes from \d+, .*if you trust it/,
      ),
    })
  }, 120_000)

  it('many brackets in a text, or side by side, are not deep', async () => {
    const file = join(folder, 'brackets.jsonl')
    await writeFile(file, `${JSON.stringify({ prompt: '[{"'.repeat(5000), flat: Array(500).fill([]) })}\n`)
    expect(await count(file)).toBe(1)
  })

  it.each(['empty.jsonl', 'empty.json'])('%s that is empty has no rows', async (name) => {
    const file = join(folder, name)
    await writeFile(file, '')
    expect(await count(file)).toBe(0)
  })
})
