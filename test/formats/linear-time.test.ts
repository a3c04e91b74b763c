import { describe, expect, it } from 'vitest'
import { createCsvParser } from '../../src/learning/formats/csv/parser.ts'
import { readLaidOutRows } from '../../src/learning/formats/layouts/read-layouts.ts'
import { expectLinear } from '../support/counting/counted-steps.ts'

/** Reads a text as the content of a file, and goes on after rows that cannot be read. */
async function read(name: string, text: string): Promise<number> {
  const bytes = Buffer.from(text)
  async function* files() {
    yield {
      name,
      path: undefined,
      isPacked: false,
      async *chunks() {
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
      },
    }
  }
  let rows = 0
  try {
    for await (const _ of readLaidOutRows(files(), { onBadRow: () => rows++ })) rows++
  } catch (error) {
    // A file may be refused as a whole: that must be cheap too.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
  return rows
}

const list = (size: number, item: (index: number) => string, separator = ',') =>
  Array.from({ length: size }, (_, index) => item(index)).join(separator)

const shapes: readonly (readonly [
  what: string,
  file: string,
  size: number,
  text: (size: number) => string,
])[] = [
  // Tables
  ['an unclosed quote', 'a.csv', 1000, (size) => `prompt,id\n"${'x,y\n'.repeat(size)}`],
  ['quotes within quotes', 'a.csv', 1000, (size) => `prompt\n"${'""'.repeat(size)}"\n`],
  ['unclosed quotes in every line', 'a.csv', 300, (size) => `prompt,id\n${'"a,1\n'.repeat(size)}`],
  ['one long cell', 'a.csv', 25000, (size) => `prompt,id\n${'x'.repeat(size)},1\n`],
  ['one long line of quotes', 'a.csv', 2500, (size) => `prompt,id\n${'"",'.repeat(size)}1\n`],
  [
    'many columns',
    'a.csv',
    500,
    (size) => `prompt,${list(size, (at) => `c${at}`)}\np,${list(size, String)}\n`,
  ],
  [
    'many columns of models',
    'a.csv',
    300,
    (size) => `prompt,${list(size, (at) => `gpt-${at}`)}\np,${list(size, () => '1')}\n`,
  ],
  [
    'many columns, and rows with too few',
    'a.csv',
    300,
    (size) => `prompt,${list(size, (at) => `c${at}`)}\n${'p\n'.repeat(size)}`,
  ],
  ['the same column again and again', 'a.csv', 1000, (size) => `prompt,${list(size, () => 'c')}\np\n`],
  ['empty lines', 'a.csv', 2500, (size) => `prompt\n${'\n'.repeat(size)}p\n`],
  ['carriage returns', 'a.csv', 2500, (size) => `prompt\n${'\r'.repeat(size)}\n`],
  // Lines
  ['many short lines', 'a.jsonl', 300, (size) => '{"prompt":"p"}\n'.repeat(size)],
  ['lines that are no JSON', 'a.jsonl', 300, (size) => `{"prompt":"p"}\n${'{"prompt":\n'.repeat(size)}`],
  [
    'one row with many scores, then many rows',
    'a.jsonl',
    300,
    (size) =>
      `{"prompt":"p",${list(size, (at) => `"gpt-${at}":1`)}}\n${'{"prompt":"q","gpt-0":1}\n'.repeat(size)}`,
  ],
  [
    'one prompt of many models',
    'a.jsonl',
    300,
    (size) => list(size, (at) => `{"prompt":"p","model":"m${at}","score":1}`, '\n'),
  ],
  [
    'rows with many keys',
    'a.jsonl',
    500,
    (size) => `{"prompt":"p",${list(size, (at) => `"k${at}":"v"`)}}\n{"prompt":"q"}\n`,
  ],
  [
    'keys again and again',
    'a.jsonl',
    1000,
    (size) => `{"prompt":"p",${list(size, () => '"k":1')}}\n{"prompt":"q"}\n`,
  ],
  // Arrays and objects
  ['nested arrays', 'a.json', 2500, (size) => `[${'['.repeat(size)}${']'.repeat(size)}]`],
  ['brackets that stay open', 'a.json', 5000, (size) => '['.repeat(size)],
  ['nested objects that stay open', 'a.json', 1000, (size) => '{"a":'.repeat(size)],
  ['many items', 'a.json', 300, (size) => `[${list(size, () => '{"prompt":"p"}')}]`],
  ['commas without items', 'a.json', 1000, (size) => `[${','.repeat(size)}]`],
  ['one long text', 'a.json', 25000, (size) => `[{"prompt":"${'x'.repeat(size)}"}]`],
  ['a text of escaped quotes', 'a.json', 5000, (size) => `[{"prompt":"${'\\"'.repeat(size)}"}]`],
  [
    'a text of escaped quotes over lines',
    'a.json',
    750,
    (size) => `{"a":"${'\\"'.repeat(size)}\n${'\\"'.repeat(size)}`,
  ],
  ['many lists of rows', 'a.json', 300, (size) => `{\n${list(size, (at) => `"l${at}":[{"a":1}]`)}}`],
  ['many objects within an object', 'a.json', 500, (size) => `{\n${list(size, (at) => `"o${at}":{"a":1}`)}}`],
  [
    'many objects within objects',
    'a.json',
    300,
    (size) => `{\n"a":{"b":{${list(size, (at) => `"o${at}":{"c":{}}`)}}}}`,
  ],
  [
    'a table by column whose columns share no row',
    'a.json',
    300,
    (size) => `{\n"prompt":{"0":"p"},${list(size, (at) => `"c${at}":{"${at + 1}":1}`)}}`,
  ],
  [
    'a table by column with many rows',
    'a.json',
    300,
    (size) => `{\n"prompt":{${list(size, (at) => `"${at}":"p"`)}},"a":{${list(size, (at) => `"${at}":1`)}}}`,
  ],
  [
    'a list of rows beside many fields',
    'a.json',
    300,
    (size) =>
      `{\n${list(size, (at) => `"f${at}":1`)},"data":[${list(size, () => '{"prompt":"p","score":1}')}]}`,
  ],
  [
    'tokens of one prompt by many models',
    'a.jsonl',
    300,
    (size) =>
      list(
        size,
        (at) => `{"prompt":"p","model":"m${at}","score":1,"tokens":{"m${at}":{"input":1,"output":1}}}`,
        '\n',
      ),
  ],
]

describe('the work of reading', () => {
  it.each(shapes)('%s is linear', async (_what, file, size, text) => {
    await expectLinear((count) => read(file, text(count)), size)
  })

  it('a quadratic reader would be seen', async () => {
    await expect(
      expectLinear((size) => {
        const columns = Array.from({ length: size }, (_, at) => `c${at}`)
        const parser = createCsvParser('x')
        for (const [at, column] of columns.entries())
          if (columns.indexOf(column) === at) parser.addLine(column, at)
      }, 1000),
    ).rejects.toThrow(/not linear/)
  })
})
