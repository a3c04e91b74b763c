import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipOf, zstdOf } from '../../../test/support/files/archives.ts'
import { type PlacedRow, readRows } from './read-rows.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'containers-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function rowsOf(name: string): Promise<PlacedRow[]> {
  const rows: PlacedRow[] = []
  for await (const row of readRows(join(folder, name), { plainCells: true })) rows.push(row)
  return rows
}

async function valuesOf(name: string, content: string | Uint8Array) {
  await writeFile(join(folder, name), content)
  return (await rowsOf(name)).map(({ value }) => value)
}

const rows = [
  { prompt: 'Grüße, "Welt"; ja', model: 'gpt-4o' },
  { prompt: 'two\nlines 日本語 😀', model: 'gpt-4o-mini' },
  { prompt: 'three', model: 'gpt-4o' },
]
const jsonLines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const table = (separator: string, line = '\n') =>
  [['prompt', 'model'], ...rows.map(Object.values)]
    .map((cells: unknown[]) => cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(separator))
    .join(line)
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'prompt', data: rows.map(({ prompt }) => prompt) },
      { name: 'model', data: rows.map(({ model }) => model) },
    ],
  }),
)
const pretty = JSON.stringify(rows, undefined, 2)
const wrap = (value: unknown) => JSON.stringify({ object: 'list', meta: { page: 1 }, ...Object(value) })

const forms: readonly (readonly [form: string, text: string])[] = [
  ['JSON Lines', jsonLines],
  ['JSON Lines with CRLF and blank lines', `\r\n${jsonLines.replaceAll('\n', '\r\n\r\n')}`],
  ['an array', JSON.stringify(rows)],
  ['a pretty array', `\n${pretty}\n`],
  ['two arrays', `${JSON.stringify(rows.slice(0, 1))}\n${JSON.stringify(rows.slice(1))}`],
  ['pretty objects', rows.map((row) => JSON.stringify(row, undefined, 2)).join('\n')],
  ['objects with commas between them', rows.map((row) => JSON.stringify(row, undefined, 1)).join(',\n')],
  ['a page', wrap({ data: rows })],
  ['a pretty page', JSON.stringify({ data: rows, meta: {} }, undefined, 4)],
  ['a page a line', `${wrap({ data: rows.slice(0, 1) })}\n${wrap({ data: rows.slice(1) })}\n`],
  [
    'pretty pages',
    [rows.slice(0, 2), rows.slice(2)].map((data) => JSON.stringify({ data }, undefined, 2)).join('\n'),
  ],
  ['results two levels deep', wrap({ result: { items: rows, total: 3 } })],
  ['results three levels deep', wrap({ a: { b: { c: rows } } })],
  ['a list under a name of its own', wrap({ my_rows: rows })],
  ['a list beside others', wrap({ tags: ['a'], columns: [{ name: 'prompt' }], results: rows })],
  [
    'hits of a search engine',
    wrap({ hits: { total: 3, hits: rows.map((row, _id) => ({ _id, _source: row })) } }),
  ],
  [
    'columns of lists',
    JSON.stringify({ prompt: rows.map((row) => row.prompt), model: rows.map((row) => row.model) }),
  ],
  [
    'columns by index, as pandas writes them',
    JSON.stringify({
      prompt: Object.fromEntries(rows.map((row, at) => [at, row.prompt])),
      model: Object.fromEntries(rows.map((row, at) => [at, row.model])),
    }),
  ],
  [
    'columns and data',
    JSON.stringify({ columns: ['prompt', 'model'], index: [0, 1, 2], data: rows.map(Object.values) }),
  ],
  ['rows by key', JSON.stringify(Object.fromEntries(rows.map((row, at) => [`q${at}`, row])))],
  ['commas', table(',')],
  ['commas with CRLF', table(',', '\r\n')],
  ['semicolons', table(';')],
  ['tabs', table('\t')],
  ['bars', table('|')],
  ['sep=', `sep=;\r\n${table(';', '\r\n')}`],
]

describe('readRows', () => {
  it.each(forms)(
    'recognises %s by its content, in any compression and encoding of Unicode',
    async (_, text) => {
      for (const name of ['a.jsonl', 'a.json', 'a.csv', 'a.txt', 'a', 'a.csv.gz'])
        expect(await valuesOf(name, text), name).toEqual(rows)
      const encoded = {
        gzip: gzipSync(text),
        'gzip of several members': Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]),
        'gzip in gzip': gzipSync(gzipSync(text)),
        zstd: zstdOf(text),
        'UTF-8 with a mark': `\ufeff${text}`,
        'UTF-16': Buffer.from(`\ufeff${text}`, 'utf16le'),
        'UTF-16 without a mark': Buffer.from(text, 'utf16le'),
        'UTF-16 of high bytes first': Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
        'UTF-16 in gzip': gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le')),
      }
      for (const [name, content] of Object.entries(encoded))
        expect(await valuesOf(name, content), name).toEqual(rows)
      expect(
        await valuesOf('a.zip', zipOf({ 'a.jsonl': text, 'README.md': '# x', '__MACOSX/._a.jsonl': 'x' })),
      ).toEqual(rows)
    },
  )

  it.each(['a.parquet', 'a', 'a.jsonl', 'a.csv'])('recognises Parquet in a file called %s', async (name) => {
    expect(await valuesOf(name, parquet)).toEqual(rows)
  })

  it('recognises a separator if texts hold the others, and a lone column of texts', async () => {
    const text = 'prompt;weight\nHello, world, all;1\n"a;b";2\nx | y | z;3\n'
    expect((await valuesOf('a.csv', text)).map((row) => Object(row).prompt)).toEqual([
      'Hello, world, all',
      'a;b',
      'x | y | z',
    ])
    expect(await valuesOf('a.csv', 'prompt\na;b\nc;d\n')).toEqual([{ prompt: 'a;b' }, { prompt: 'c;d' }])
    expect(await valuesOf('a.csv', 'gpt-4|score,prompt\n1,a\n')).toEqual([
      { 'gpt-4|score': '1', prompt: 'a' },
    ])
  })

  it('reads a table in Windows-1252, as Excel writes it', async () => {
    const text = Buffer.from(
      'prompt;model\r\nHello;a\r\nWie groß ist München\x3f It\x92s 5 \x80 \x96 né;b\r\n',
      'latin1',
    )
    expect(await valuesOf('a.csv', text)).toEqual([
      { prompt: 'Hello', model: 'a' },
      { prompt: 'Wie groß ist München? It’s 5 € – né', model: 'b' },
    ])
  })

  it('passes over the columns without a name and the empty rows of a spreadsheet', async () => {
    expect(await valuesOf('a.csv', 'prompt;model;;\na;b;;\n;;;\nc;d;;\n')).toEqual([
      { prompt: 'a', model: 'b' },
      { prompt: 'c', model: 'd' },
    ])
  })

  it('returns what stands beside a list with each of its rows', async () => {
    await writeFile(
      join(folder, 'a.json'),
      JSON.stringify({ model_name: 'gpt-4o', run: { id: 1, records: rows } }),
    )
    expect(await rowsOf('a.json')).toEqual(
      rows.map((value, at) => ({
        line: at + 1,
        place: `${join(folder, 'a.json')} line 1 item ${at + 1}`,
        value,
        around: { model_name: 'gpt-4o', id: 1 },
      })),
    )
  })

  it.each([
    { messages: [{ role: 'user', content: 'a' }] },
    { id: 1, input: 'a', observations: [{ id: 2 }] },
    { resourceSpans: [{ scopeSpans: [] }] },
    { prompt: ['a'], answers: ['b'] },
  ])('does not take the row %j apart', async (row) => {
    const lines = `${JSON.stringify(row)}\n${JSON.stringify(row)}\n`
    expect(await valuesOf('a.jsonl', lines)).toEqual([row, row])
  })

  it('reads the files of a folder and of the folders in it, in order', async () => {
    const parts = join(folder, 'parts')
    await mkdir(join(parts, 'day=2'), { recursive: true })
    await mkdir(join(parts, '.hidden'))
    await writeFile(join(parts, 'a.jsonl'), '{"n":1}\n\n{"n":2}\n')
    await writeFile(join(parts, 'b.json.gz'), gzipSync('[{"n":3}]'))
    await writeFile(join(parts, 'c.zip'), zipOf({ 'x/b.csv': 'n,prompt\n5,p\n', 'x/a.jsonl': '{"n":4}\n' }))
    await writeFile(join(parts, 'day=2', 'e.csv'), 'n,prompt\n6,p\n')
    await writeFile(join(parts, '.hidden', 'a.jsonl'), 'not JSON')
    await writeFile(join(parts, 'README.md'), 'not JSON')
    await writeFile(join(parts, '_SUCCESS'), '')
    const read = await rowsOf('parts')
    expect(read.map(({ value }) => Number(Object(value).n))).toEqual([1, 2, 3, 5, 4, 6])
    expect(read.map(({ place }) => place.slice(parts.length + 1))).toEqual([
      'a.jsonl line 1',
      'a.jsonl line 3',
      'b.json.gz item 1',
      'c.zip/x/b.csv line 2',
      'c.zip/x/a.jsonl line 1',
      'day=2/e.csv line 2',
    ])
    expect(new Set(read.map(({ line }) => line)).size).toBe(6)
  })
})
