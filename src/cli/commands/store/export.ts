import { extname, resolve } from 'node:path'
import { type OutputFile, writeOutputs } from '../../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { exportedKinds } from '../../../store/transfer/columns.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { type StoreFlags, withStore } from './with-store.ts'

export type ExportFlags = StoreFlags & { readonly output: string; readonly what?: string }

const whats = [...exportedKinds, 'all', 'everything'] as const
type What = (typeof whats)[number]
type Row = Readonly<Record<string, unknown>>

/** Writes pages of rows in one format. */
type RowOutput = { add(rows: readonly Row[]): Promise<void>; end(): Promise<void> }

/** `routellm store export`. */
export async function exportStore(flags: ExportFlags, context: CommandContext): Promise<void> {
  const { terminal, folder, interrupted } = context
  const format = findFormat(flags.output)
  const what = findKind(flags.what ?? (format === 'jsonl' ? 'all' : 'requests'))
  if (format !== 'jsonl' && isOfManyKinds(what))
    throw new InvalidRequestError(
      'bad-flags',
      `A CSV or Parquet file has rows of one kind: give --what ${exportedKinds.join(' or ')}, or write .jsonl.`,
      { param: '--what' },
    )
  const result = await withStore(flags, context, async ({ db, paths, inputs }) => {
    const { exportRows } = await import('../../../store/transfer/export-rows.ts')
    let rows = 0
    let missingTexts = 0
    await writeOutputs(inputs, async (openOutput) => {
      const output = await openRowOutput(format, what, await openOutput(resolve(folder, flags.output)))
      const pages = exportRows(db, {
        what,
        textFolder: paths.texts,
        onMissingText: () => void missingTexts++,
      })
      for await (const page of pages) {
        interrupted.throwIfAborted()
        rows += page.length
        await output.add(page)
      }
      await output.end()
    })
    return { output: flags.output, rows, missingTexts }
  })
  if (flags.json === true) terminal.result(JSON.stringify(result))
  else terminal.note(`Wrote ${result.rows.toLocaleString('en')} rows to ${result.output}.`)
  if (result.missingTexts > 0) terminal.note(`${result.missingTexts} texts could not be read.`)
}

type Format = 'jsonl' | 'csv' | 'parquet'

/** By the name of the file. @throws InvalidRequestError for a Parquet file in gzip, which no program reads. */
function findFormat(file: string): Format {
  const extension = extname(file.replace(/\.gz$/i, '')).toLowerCase()
  if (extension !== '.parquet') return extension === '.csv' ? 'csv' : 'jsonl'
  if (!/\.gz$/i.test(file)) return 'parquet'
  throw new InvalidRequestError(
    'bad-flags',
    `--output is ${JSON.stringify(file)}; a Parquet file is compressed in itself, so leave .gz out`,
    { param: '--output' },
  )
}

async function openRowOutput(format: Format, what: What, output: OutputFile): Promise<RowOutput> {
  if (format === 'jsonl')
    return {
      add: (rows) => output.write(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
      end: () => Promise.resolve(),
    }
  if (isOfManyKinds(what)) throw new Error('only JSON Lines hold rows of many kinds')
  const kind = what
  if (format === 'parquet') {
    const { createParquetOutput, parquetColumns } = await import(
      '../../../store/transfer/parquet/write-parquet.ts'
    )
    return createParquetOutput(parquetColumns[kind], (bytes) => output.write(bytes))
  }
  const { findCsvColumns, formatCsvLine } = await import('../../../store/transfer/format-csv.ts')
  const columns = findCsvColumns(kind)
  await output.write(`${columns.join(',')}\n`)
  return {
    add: (rows) => output.write(rows.map((row) => formatCsvLine(row, columns)).join('')),
    end: () => Promise.resolve(),
  }
}

function isOfManyKinds(what: What): what is 'all' | 'everything' {
  return what === 'all' || what === 'everything'
}

function findKind(what: string): What {
  const found = whats.find((kind) => kind === what)
  if (found !== undefined) return found
  throw new InvalidRequestError(
    'bad-flags',
    `--what is ${JSON.stringify(what)}; it must be ${whats.join(', ')}`,
    { param: '--what' },
  )
}
