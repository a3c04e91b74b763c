import { untilAborted } from '../../../base/concurrency/run-steps.ts'
import { DataError } from '../../../errors.ts'
import type { LoadPickPrompt, PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import { routedPrompt } from '../../../routing/prompts/prompt-rule.ts'
import type { DataFile } from '../bytes/data-files.ts'
import { type PlacedRow, type RawRowsOptions, readRawRows } from '../raw-rows.ts'
import type { Row } from '../row.ts'
import { modelOfFile } from './cells/model-names.ts'
import { mayHoldConversation } from './cells/prompt-cells.ts'
import { isObject } from './cells/score-cells.ts'
import { type ChosenReading, chooseReading, type ReadRow } from './choose-reading.ts'
import { createHelmRun, type HelmRun, helmDescription, isOtherHelmFile } from './labels/helm.ts'
import { createLmEvalModels } from './labels/lm-eval.ts'
import type { RowContext } from './layout.ts'
import { resultsOfOutcomes } from './one-model.ts'
import { createPromptResults } from './prompt-results.ts'

/** So many rows show how a file is laid out. */
const sampleRows = 100

export type LaidOutOptions = RawRowsOptions & {
  /**
   * Loads what picks the scored text of a conversation: what the gateway scores, if it has the gateway's rule and its reader
   * of follow-ups. Called at the first row that may hold a conversation. Default: `routedPrompt`.
   */
  readonly loadPickPrompt?: LoadPickPrompt | undefined
  readonly onLayout?: (file: string, layout: string) => void
}

/**
 * The rows of files as outcomes, battles, preferences or prompts, whatever the layout of each is. Rows that are in such
 * a form, and rows of no known layout, are returned as they are. Results of one prompt that stand in several rows or
 * files come last, together; outcomes of one model a file are such results if there are several files.
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
  const lmEval = createLmEvalModels()
  let pickPrompt: PickPrompt | undefined
  let before = 0
  for await (const { item: file, isOnly } of withIsOnly(files)) {
    const folder = file.name.split(/[\\/]/).slice(0, -1).join('/')
    if (runs.has(folder) && isOtherHelmFile(file.name)) continue
    const rows = readRawRows(file, options)
    const sample = await takeSample(rows)
    const run = runs.get(folder) ?? createHelmRun()
    if (isHelmFile(sample, run)) {
      options.onLayout?.(file.name, helmDescription.name)
      runs.set(folder, run)
      for await (const { value, around } of rows) if (isObject(value)) run.add(value, around ?? {})
      continue
    }
    let last = 0
    const values = sample.map(({ value }) => value)
    if (!isOnly && lmEval.add(file.name, values)) continue
    const fileModel = lmEval.modelOf(file.name) ?? modelOfFile(file.name)
    const chosen = chooseReading(sample)
    const { name, isLog, read } =
      !isOnly && holdsOneModel(chosen, sample, fileModel) ? asResults(chosen) : chosen
    options.onLayout?.(file.name, name)
    for await (const row of joined(sample, rows)) {
      last = row.line
      const line = before + row.line
      if (isLog || (isObject(row.value) && mayHoldConversation(row.value)))
        pickPrompt ??= await options.loadPickPrompt?.()
      try {
        for (const each of read(row, contextOf(row, fileModel, pickPrompt)))
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
  yield* untilAborted(results.rows(), options.signal)
}

/**
 * Whether a file that begins with these rows has results that stand together with those of other files: a row for each
 * prompt and model, a part of a run of HELM, or the outcomes of one model.
 */
export function isPartOfResults(sample: readonly PlacedRow[], file: string): boolean {
  if (isHelmFile(sample, createHelmRun())) return true
  const chosen = chooseReading(sample)
  const fileModel = modelOfFile(file)
  const read = readSample(chosen, sample, fileModel)
  return read.some(({ kind }) => kind === 'result') || holdsOneModel(chosen, sample, fileModel)
}

/** Whether all rows are outcomes of one model, the same. */
function holdsOneModel(chosen: ChosenReading, sample: readonly PlacedRow[], fileModel: string): boolean {
  const results = readSample(chosen, sample, fileModel).map((each) =>
    each.kind === 'row' ? resultsOfOutcomes(each.row) : undefined,
  )
  const models = new Set(results.flatMap((each) => (each ?? []).map(({ model }) => model)))
  return models.size === 1 && results.every((each) => each !== undefined && each.length <= 1)
}

/** The rows of the sample that can be read. */
function readSample(chosen: ChosenReading, sample: readonly PlacedRow[], fileModel: string): ReadRow[] {
  return sample.flatMap((row) => {
    try {
      return chosen.read(row, contextOf(row, fileModel))
    } catch (error) {
      if (error instanceof DataError) return []
      throw error
    }
  })
}

function contextOf(
  { place, around = {} }: PlacedRow,
  fileModel: string,
  pickPrompt: PickPrompt = routedPrompt,
): RowContext {
  return { place, around, fileModel, pickPrompt }
}

/** Outcomes as results. A row that is no outcomes stays a row. */
function asResults({ name, isLog, read }: ChosenReading): ChosenReading {
  return {
    name,
    isLog,
    read: (row, context) =>
      read(row, context).flatMap((each): readonly ReadRow[] => {
        const results = each.kind === 'row' ? resultsOfOutcomes(each.row) : undefined
        return results?.map((result) => ({ kind: 'result', result })) ?? [each]
      }),
  }
}

async function* withIsOnly<Item>(
  items: AsyncIterable<Item>,
): AsyncGenerator<{ readonly item: Item; readonly isOnly: boolean }> {
  let held: { readonly item: Item } | undefined
  let count = 0
  for await (const item of items) {
    count++
    if (held !== undefined) yield { item: held.item, isOnly: false }
    held = { item }
  }
  if (held !== undefined) yield { item: held.item, isOnly: count === 1 }
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

/** The first rows of a file, which show how it is laid out. */
export async function takeSample(rows: AsyncGenerator<PlacedRow>): Promise<PlacedRow[]> {
  const taken: PlacedRow[] = []
  while (taken.length < sampleRows) {
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
