import { DataError } from '../../../errors.ts'
import type { DataFile } from '../bytes/data-files.ts'
import { type PlacedRow, type RawRowsOptions, readRawRows } from '../raw-rows.ts'
import type { Row } from '../row.ts'
import { modelOfFile } from './cells/model-names.ts'
import { isObject } from './cells/score-cells.ts'
import { chooseReading } from './choose-reading.ts'
import { createHelmRun, type HelmRun, helmDescription, isOtherHelmFile } from './labels/helm.ts'
import { createPromptResults } from './prompt-results.ts'

/** So many rows show how a file is laid out. */
const sampleRows = 100

export type LaidOutOptions = RawRowsOptions & {
  readonly onLayout?: (file: string, layout: string) => void
}

/**
 * The rows of files as outcomes, battles, preferences or prompts, whatever the layout of each is. Rows that are in such
 * a form, and rows of no known layout, are returned as they are. Results of one prompt that stand in several rows or
 * files come last, together.
 *
 * Throws `DataError`, naming file and place: `invalid-row`; `helm-run`; `request-log-without-text` for a request log
 * without prompts; and what `readRawRows` throws.
 */
export async function* readLaidOutRows(
  files: AsyncIterable<DataFile>,
  options: LaidOutOptions = {},
): AsyncGenerator<PlacedRow> {
  const results = createPromptResults()
  /** By folder. */
  const runs = new Map<string, HelmRun>()
  let before = 0
  for await (const file of files) {
    const folder = file.name.split(/[\\/]/).slice(0, -1).join('/')
    if (runs.has(folder) && isOtherHelmFile(file.name)) continue
    const rows = readRawRows(file, options)
    const sample = await takeRows(rows, sampleRows)
    const run = runs.get(folder) ?? createHelmRun()
    if (isHelmFile(sample, run)) {
      options.onLayout?.(file.name, helmDescription.name)
      runs.set(folder, run)
      for await (const { value, around } of rows) if (isObject(value)) run.add(value, around ?? {})
      continue
    }
    let last = 0
    const { name, read } = chooseReading(sample)
    options.onLayout?.(file.name, name)
    const fileModel = modelOfFile(file.name)
    for await (const row of joined(sample, rows)) {
      last = row.line
      const line = before + row.line
      try {
        for (const each of read(row, { place: row.place, around: row.around ?? {}, fileModel }))
          if (each.kind === 'row') yield { ...row, line, value: each.row }
          else results.add({ ...row, line }, each.result)
      } catch (error) {
        if (options.onBadRow === undefined || !(error instanceof DataError)) throw error
        options.onBadRow(error)
      }
    }
    before += last
  }
  for (const [folder, run] of runs) {
    const { results: ofRun, prompts } = run.finish(folder)
    for (const prompt of prompts)
      yield { line: ++before, place: `${folder} row ${before}`, value: { prompt } }
    for (const result of ofRun) results.add({ line: ++before, place: `${folder} row ${before}` }, result)
  }
  yield* results.rows()
}

function isHelmFile(sample: readonly PlacedRow[], run: HelmRun): boolean {
  const objects = sample.filter(({ value }) => isObject(value))
  return (
    objects.length > 0 &&
    objects.length === sample.length &&
    isHelmRow(objects[0]?.value, objects[0]?.around ?? {}) &&
    objects.every(({ value, around }) => isObject(value) && run.add(value, around ?? {}))
  )
}

function isHelmRow(value: unknown, around: Row): boolean {
  if (!isObject(value)) return false
  if (isObject(value.adapter_spec) || isObject(around.adapter_spec)) return true
  if (typeof value.instance_id === 'string') return 'stats' in value
  return 'references' in value && isObject(value.input) && typeof value.input.text === 'string'
}

async function takeRows(rows: AsyncGenerator<PlacedRow>, most: number): Promise<PlacedRow[]> {
  const taken: PlacedRow[] = []
  while (taken.length < most) {
    const next = await rows.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}

async function* joined(sample: PlacedRow[], rows: AsyncGenerator<PlacedRow>): AsyncGenerator<PlacedRow> {
  try {
    yield* sample.splice(0)
    yield* rows
  } finally {
    await rows.return(undefined)
  }
}
