import { DataError } from '../../../errors.ts'
import type { TokenCounts } from '../../../routing/catalogue/prices.ts'
import type { LoadPickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import { readRows } from '../../formats/read-rows.ts'
import { invalidRow, parseRow, shown } from '../../formats/row.ts'
import { outcomesOfLabel } from '../../rows/label-outcomes.ts'
import type { Outcomes } from '../../rows/outcomes.ts'
import { tokensColumn } from '../benchmarks/labelled.ts'

/** How well models did on a prompt, and what is known of their answers. */
export type PolicyLabel = Outcomes & {
  /** Dollars of the call, by model. */
  readonly cost?: Readonly<Record<string, number>>
  /** By model. */
  readonly tokens?: Readonly<Record<string, TokenCounts>>
  /** By model. */
  readonly answers?: Readonly<Record<string, string>>
}

/**
 * Labels of several models: outcomes, battles or preferences (`outcomesOfLabel`), each with an optional `cost`
 * (`{"model": dollars}`), `tokens` (`{"model": {"input", "output"}}`) and `answers` (`{"model": "text"}`). Several files are
 * read as one.
 *
 * Throws `DataError` naming file, row and remedy.
 */
export async function readPolicyLabels(
  files: readonly string[],
  signal?: AbortSignal,
  loadPickPrompt?: LoadPickPrompt,
): Promise<readonly PolicyLabel[]> {
  const labels: PolicyLabel[] = []
  for await (const { place, value } of readRows(files, { signal, loadPickPrompt })) {
    const { cost, tokens, answers } = parseRow(value, place)
    labels.push({
      ...outcomesOfLabel(value, place),
      ...(cost != null && { cost: columnByModel(cost, 'cost', 'dollars of 0 or more', isDollars, place) }),
      ...(tokens != null && { tokens: tokensColumn(tokens, place) }),
      ...(answers != null && { answers: columnByModel(answers, 'answers', 'texts', isText, place) }),
    })
  }
  return labels
}

/** @param models the names of all candidates. */
export function noLabelScoresAll(labels: readonly PolicyLabel[], models: readonly string[]): DataError {
  const scored = [...new Set(labels.flatMap(({ scores }) => Object.keys(scores)))].slice(0, 12)
  return new DataError(
    'labels-without-candidates',
    `No label scores all candidates (${models.join(', ')}); the ${labels.length} labels score ${scored.join(', ') || 'no model'}. ` +
      'The score of every candidate on the same prompts is needed, by its configured or upstream name.',
    { param: '--labels' },
  )
}

function columnByModel<Value>(
  given: unknown,
  column: string,
  wanted: string,
  isValue: (value: unknown) => value is Value,
  place: string,
): Readonly<Record<string, Value>> {
  const entries = Object.entries(parseRow(given, `${place} "${column}"`)).map(([model, value]) => {
    if (isValue(value)) return [model, value] as const
    throw invalidRow(place, `needs ${wanted} by model in "${column}", got ${shown(value)} for ${model}`)
  })
  return Object.fromEntries(entries)
}

function isDollars(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
