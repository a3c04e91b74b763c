import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadParquetLibrary } from './parquet/library.ts'
import { type PlacedRow, readRows } from './read-rows.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-rows-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function rowsOf(name: string, content: string | Uint8Array): Promise<PlacedRow[]> {
  const file = join(folder, name)
  await writeFile(file, content)
  const rows: PlacedRow[] = []
  for await (const { place, ...row } of readRows(file))
    rows.push({ ...row, place: place.slice(folder.length + 1) })
  return rows
}

const valuesOf = async (name: string, content: string | Uint8Array) =>
  (await rowsOf(name, content)).map(({ value }) => value)

describe('readRows', () => {
  it('reads JSON Lines, and takes any other name for them', async () => {
    const expected = [
      { line: 1, place: 'a.jsonl line 1', value: { a: 1 } },
      { line: 3, place: 'a.jsonl line 3', value: { a: 2 } },
    ]
    expect(await rowsOf('a.jsonl', '{"a":1}\n\n{"a":2}\n')).toEqual(expected)
    expect(await valuesOf('a.jsonl.gz', gzipSync('{"a":1}\n'))).toEqual([{ a: 1 }])
    expect(await valuesOf('prompts', '{"a":1}\n')).toEqual([{ a: 1 }])
  })

  it('reads a .json file as JSON Lines or as one array', async () => {
    expect(await valuesOf('a.json', '\n{"a":1}\n{"a":2}')).toEqual([{ a: 1 }, { a: 2 }])
    const array = '\ufeff [\n {"a": "]},{\\"", "b": [1, {"c": 2}]} , 7,"x,y",null\n] \n'
    expect(await rowsOf('b.json', array)).toEqual([
      { line: 1, place: 'b.json item 1', value: { a: ']},{"', b: [1, { c: 2 }] } },
      { line: 2, place: 'b.json item 2', value: 7 },
      { line: 3, place: 'b.json item 3', value: 'x,y' },
      { line: 4, place: 'b.json item 4', value: null },
    ])
    expect(await valuesOf('none.json', '[ ]')).toEqual([])
    expect(await valuesOf('c.json.gz', gzipSync('[{"a":1}]'))).toEqual([{ a: 1 }])
  })

  it('puts items of an array together that the chunks of the file cut', async () => {
    const items = Array.from({ length: 500 }, (_, index) => ({ index, note: '"\\ä€😀[{,'.repeat(index) }))
    expect(await valuesOf('cut.json', JSON.stringify(items, null, 1))).toEqual(items)
  })

  it('reads CSV and TSV, a row at the line it starts on', async () => {
    const csv = '\ufeffprompt,model_a,weight\r\n"two\r\nlines, ""quoted""",a,0.5\r\n42,b,\r\n'
    expect(await rowsOf('a.csv', csv)).toEqual([
      {
        line: 2,
        place: 'a.csv line 2',
        value: { prompt: 'two\r\nlines, "quoted"', model_a: 'a', weight: 0.5 },
      },
      { line: 4, place: 'a.csv line 4', value: { prompt: '42', model_a: 'b' } },
    ])
    expect(await valuesOf('a.csv.gz', gzipSync('prompt\nx\n'))).toEqual([{ prompt: 'x' }])
    expect(await valuesOf('a.tsv', 'prompt\tid\na,b\t"1\t2"\n')).toEqual([{ prompt: 'a,b', id: '1\t2' }])
  })

  it('gives a cell the type that its column has in JSON Lines', async () => {
    const csv = [
      'prompt,scores,embedding,note',
      '"{""a"":1}","{""gpt-5"": 1, ""llama"": null}","[0.5, 1]",true',
      ',"{""gpt-5"": true}",,',
    ].join('\n')
    expect(await valuesOf('typed.csv', csv)).toEqual([
      { prompt: '{"a":1}', scores: { 'gpt-5': 1 }, embedding: [0.5, 1], note: 'true' },
      { prompt: '', scores: { 'gpt-5': true } },
    ])
    expect(await valuesOf('wide.csv', 'prompt,scores.a,scores.b\np,True,0.25\nq,,-1e-3\n')).toEqual([
      { prompt: 'p', scores: { a: true, b: 0.25 } },
      { prompt: 'q', scores: { b: -0.001 } },
    ])
  })

  it('reads Parquet row group by row group, with nested columns and every usual compression', async () => {
    const rows = Array.from({ length: 25 }, (_, index) => ({
      prompt: `prompt ${index} é`,
      conversation_a: [{ role: 'user', content: `turn ${index}` }],
      winner_tie: BigInt(index % 2),
      'scores.a': index % 3 === 0 ? null : index / 4,
      flag: index % 3 === 0,
    }))
    const expected = rows.map(({ 'scores.a': a, winner_tie, ...row }) => ({
      ...row,
      winner_tie: Number(winner_tie),
      scores: a === null ? {} : { a },
    }))
    const column = (name: keyof (typeof rows)[number]) => ({ name, data: rows.map((row) => row[name]) })
    const write = (codec: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'ZSTD') =>
      new Uint8Array(
        parquetWriteBuffer({
          codec,
          compressors: { GZIP: (bytes) => gzipSync(bytes), ZSTD: storedZstd },
          rowGroupSize: 10,
          columnData: [
            column('prompt'),
            column('conversation_a'),
            { ...column('winner_tie'), type: 'INT64' },
            { ...column('scores.a'), type: 'DOUBLE', nullable: true },
            column('flag'),
          ],
        }),
      )
    for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] as const)
      expect(await valuesOf(`${codec}.parquet`, write(codec))).toEqual(expected)
    const [first, , last] = [0, 1, 24].map((index) => index + 1)
    const placed = await rowsOf('placed.parquet', write('SNAPPY'))
    expect([placed.at(0)?.place, placed.at(-1)?.place]).toEqual([
      `placed.parquet row ${first}`,
      `placed.parquet row ${last}`,
    ])
  })

  it('parses JSON in text columns of Parquet, as CSV holds it', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'prompt', data: ['p'] },
        { name: 'scores', data: ['{"a": 1}'] },
      ],
    })
    expect(await valuesOf('json.parquet', new Uint8Array(bytes))).toEqual([{ prompt: 'p', scores: { a: 1 } }])
  })

  it('says how to install what reads Parquet', async () => {
    const missing = Object.assign(new Error("Cannot find package 'hyparquet'"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
    await expect(loadParquetLibrary(() => Promise.reject(missing))).rejects.toMatchObject({
      code: 'missing-package',
      message: expect.stringContaining('npm install hyparquet hyparquet-compressors'),
    })
  })
})

/** A Zstandard frame that stores its bytes as they are (RFC 8878: one segment, 4-byte size, raw blocks). */
function storedZstd(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(12)
  header.writeUInt32LE(0xfd2fb528, 0)
  header[4] = 0b1010_0000
  header.writeUInt32LE(bytes.length, 5)
  header.writeUIntLE((bytes.length << 3) | 1, 9, 3)
  return Buffer.concat([header, bytes])
}
