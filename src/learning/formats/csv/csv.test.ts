import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCsv, parseCsvTable, readCsvTable } from './csv.ts'

const fieldsOf = (text: string) => parseCsv(text, 'x.csv').map((record) => record.fields)

describe('parseCsv', () => {
  it.each([
    [
      'plain',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no line end at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty fields',
      'a,,\n,,c\n',
      [
        ['a', '', ''],
        ['', '', 'c'],
      ],
    ],
    ['a quoted comma, line end and quote', '"a,b","c\nd","e""f"\n', [['a,b', 'c\nd', 'e"f']]],
    ['CRLF inside quotes is kept', '"a\r\nb",c\r\n', [['a\r\nb', 'c']]],
    ['only quotes', '""""\n', [['"']]],
    ['a quoted empty field is a record', '""\n', [['']]],
    ['blank lines are no records', 'a\n\n\nb\n', [['a'], ['b']]],
    ['a byte order mark', '\uFEFFa\n1\n', [['a'], ['1']]],
    ['a quote inside a bare field', 'a"b,c\n', [['a"b', 'c']]],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(fieldsOf(text)).toEqual(expected)
  })

  it('counts the lines inside quoted fields', () => {
    expect(parseCsv('h\n"a\nb\nc"\nd\n', 'x.csv').map((record) => record.line)).toEqual([1, 2, 5])
  })

  it('reads back whatever was written with every field quoted', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', '😀', ' ') })
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (rows) => {
        const text = rows
          .map((row) => `${row.map((f) => `"${f.replaceAll('"', '""')}"`).join(',')}\n`)
          .join('')
        expect(fieldsOf(text)).toEqual(rows)
      }),
      { seed: 1 },
    )
  })

  it('names file and line of what is broken', () => {
    expect(() => parseCsv('a\n"b\nc', 'x.csv')).toThrow(/^x\.csv line 2 opens a quoted field/)
    expect(() => parseCsv('a\n"b\nc"d\n', 'x.csv')).toThrow(/^x\.csv line 3 has "d" after a closing quote/)
    expect(() => parseCsvTable('a,b\n"1\n1",2\n3\n', 'x.csv')).toThrow(
      /^x\.csv line 4 has 1 fields, .* names 2 \(a, b\)/,
    )
    expect(() => parseCsvTable('', 'x.csv')).toThrow(/^x\.csv is empty/)
  })
})

describe('readCsvTable', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'routellm-csv-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('reads gzip', async () => {
    const file = join(folder, 'a.csv.gz')
    await writeFile(file, gzipSync('x,y\n1,2\n'))
    expect(await readCsvTable(file)).toEqual({
      columns: ['x', 'y'],
      records: [{ line: 2, fields: ['1', '2'] }],
    })
  })

  it('refuses a missing file and bytes that are no text', async () => {
    await expect(readCsvTable(join(folder, 'none.csv'))).rejects.toThrow(
      /none\.csv cannot be read\. There is no such file/,
    )
    const file = join(folder, 'latin1.csv')
    await writeFile(file, Buffer.from([0x61, 0xe9, 0xe8, 0xef, 0x0a]))
    await expect(readCsvTable(file)).rejects.toThrow(/latin1\.csv line 1 is not valid UTF-8/)
  })
})
