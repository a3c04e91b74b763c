import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../../../errors.ts'
import { readCsvTable } from '../../formats/csv/csv.ts'
import { readJsonLines } from '../../formats/json/json-lines.ts'
import { parseRow, type Row } from '../../formats/row.ts'
import type { BenchmarkRow } from '../benchmark.ts'

/** The pair whose outcomes the upstream project ships, as its files name it. */
export const upstreamPair = {
  strong: 'gpt-4-1106-preview',
  weak: 'mistralai/Mixtral-8x7B-Instruct-v0.1',
} as const

export type ModelNames = { readonly strong: string; readonly weak: string }

/** A row, and where it stands: `line` in the file, `row` below its header, both from 1. */
export type EvalsRow = BenchmarkRow & { readonly line: number; readonly row: number }

/**
 * The folder of one benchmark below a data folder in upstream's layout (`routellm/evals/<name>`).
 *
 * Throws `DataError` (`benchmark-folder`) if it is missing, naming the folder to give.
 */
export async function evalsFolder(dataFolder: string, name: string): Promise<string> {
  const folder = join(dataFolder, 'routellm', 'evals', name)
  if (await exists(folder)) return folder
  const inner = join(dataFolder, 'routellm')
  const hint = (await exists(join(inner, 'routellm', 'evals')))
    ? `Give ${inner} instead.`
    : 'Give the folder that contains routellm/evals, such as a clone of the lm-sys/RouteLLM repository.'
  throw new DataError('benchmark-folder', `${folder} does not exist. ${hint}`)
}

/** The prompts that upstream leaves out: `eval_prompt` of every line of `contaminated_prompts.jsonl`. */
export async function readContaminatedPrompts(folder: string): Promise<ReadonlySet<string>> {
  const file = join(folder, 'contaminated_prompts.jsonl')
  const prompts = new Set<string>()
  for (const { line, record } of await readJsonObjects(file)) {
    const prompt = record.eval_prompt
    if (typeof prompt !== 'string') {
      throw new DataError(
        'benchmark-row',
        `${file} line ${line} has no text in "eval_prompt". ${restoreHint('the line')}`,
      )
    }
    prompts.add(prompt)
  }
  return prompts
}

/**
 * A CSV of right and wrong answers: columns `prompt` and one for each model, holding True or False. Scores are in
 * percent: 100 or 0. Throws `DataError` if a column is missing, a cell is neither, or one prompt has two rows with
 * different outcomes.
 */
export async function readAnswerSheet(file: string, models: ModelNames): Promise<EvalsRow[]> {
  const { columns, records } = await readCsvTable(file)
  const [promptAt, strongAt, weakAt] = ['prompt', models.strong, models.weak].map((column) => {
    const at = columns.indexOf(column)
    if (at !== -1) return at
    throw new DataError(
      'benchmark-columns',
      `${file} line 1 has no column ${JSON.stringify(column)}; its columns are ${columns.join(', ')}. ` +
        'Name the models as the header does, or restore the file from upstream.',
    )
  })
  const first = new Map<string, EvalsRow>()
  return records.map(({ line, fields }, index) => {
    const row: EvalsRow = {
      line,
      row: index + 1,
      prompt: fields[promptAt!]!,
      strongScore: percentOf(fields[strongAt!]!, models.strong, `${file} line ${line} (row ${index + 1})`),
      weakScore: percentOf(fields[weakAt!]!, models.weak, `${file} line ${line} (row ${index + 1})`),
    }
    const before = first.get(row.prompt)
    if (before === undefined) first.set(row.prompt, row)
    else if (before.strongScore !== row.strongScore || before.weakScore !== row.weakScore) {
      throw new DataError(
        'benchmark-unequal-duplicates',
        `${file} line ${line} (row ${row.row}) repeats the prompt of line ${before.line} (row ${before.row}) with other ` +
          'outcomes. Keep the right one of the two.',
      )
    }
    return row
  })
}

/** Splits rows into those that are measured and those whose prompt is in upstream's training data. */
export function decontaminate(rows: readonly EvalsRow[], contaminated: ReadonlySet<string>) {
  const isContaminated = ({ prompt }: EvalsRow) => contaminated.has(prompt)
  return {
    rows: rows.filter((row) => !isContaminated(row)).map(withoutPlace),
    contaminated: rows.filter(isContaminated).map(withoutPlace),
  }
}

/** Every line of a JSON Lines file as an object. Throws `DataError` naming file and line. */
export async function readJsonObjects(
  file: string,
): Promise<{ readonly line: number; readonly record: Row }[]> {
  const records: { line: number; record: Row }[] = []
  for await (const { line, value } of readJsonLines(file)) {
    records.push({ line, record: parseRow(value, `${file} line ${line}`) })
  }
  return records
}

export function restoreHint(what: string): string {
  return `Restore ${what} from the lm-sys/RouteLLM repository.`
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function percentOf(cell: string, model: string, place: string): number {
  if (/^(true|1|1\.0)$/i.test(cell)) return 100
  if (/^(false|0|0\.0)$/i.test(cell)) return 0
  throw new DataError(
    'benchmark-row',
    `${place} says ${JSON.stringify(cell)} for ${model}, which must be True or False. ${restoreHint('the row')}`,
  )
}

function withoutPlace({ line: _line, row: _row, ...row }: EvalsRow): BenchmarkRow {
  return row
}
