import { InvalidRequestError } from '../../errors.ts'
import { readRows } from '../formats/read-rows.ts'
import type { BenchmarkRow } from './benchmark.ts'

/** A win rate computed elsewhere, for `--scores name=FILE`. */
export type ScoredPrompt = { readonly prompt: string; readonly strongWinRate: number }

/**
 * The win rates of a benchmark's rows from a scores file in any format of `readRows`, such as `routellm score` writes:
 * `{"prompt", "strongWinRate"}` a row. Other columns are ignored.
 *
 * Throws `DataError` if the file cannot be read, and the errors of `winRatesFromScores`.
 */
export async function readWinRates(
  rows: readonly BenchmarkRow[],
  file: string,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const scored: ScoredPrompt[] = []
  for await (const { place, value } of readRows(file, { signal }))
    scored.push(parseScoredPrompt(value, place))
  return winRatesFromScores(rows, scored, file)
}

/** Throws `InvalidRequestError` (`scores-row`) naming `place`. */
export function parseScoredPrompt(value: unknown, place: string): ScoredPrompt {
  if (typeof value === 'object' && value !== null && 'prompt' in value && 'strongWinRate' in value) {
    const { prompt, strongWinRate } = value
    if (typeof prompt === 'string' && typeof strongWinRate === 'number' && Number.isFinite(strongWinRate)) {
      return { prompt, strongWinRate }
    }
  }
  throw new InvalidRequestError(
    'scores-row',
    `${place} is not {"prompt": text, "strongWinRate": number}. \`routellm score\` writes such files.`,
    { param: '--scores' },
  )
}

/**
 * The win rate of each benchmark row, found by its prompt. Prompts that the benchmark does not have are ignored.
 *
 * Throws `InvalidRequestError` if equal prompts have different win rates (`scores-disagree`), or a benchmark prompt has
 * none (`scores-missing`).
 *
 * @param source names the scores in errors.
 */
export function winRatesFromScores(
  rows: readonly BenchmarkRow[],
  scored: Iterable<ScoredPrompt>,
  source: string,
): Float64Array {
  const known = new Map<string, number>()
  for (const { prompt, strongWinRate } of scored) {
    const before = known.get(prompt)
    if (before !== undefined && before !== strongWinRate) {
      throw new InvalidRequestError(
        'scores-disagree',
        `${source} gives the prompt ${excerpt(prompt)} two win rates, ${before} and ${strongWinRate}. Equal prompts ` +
          'must have equal win rates; keep one.',
        { param: '--scores' },
      )
    }
    known.set(prompt, strongWinRate)
  }
  const missing = rows.filter(({ prompt }) => !known.has(prompt))
  if (missing.length > 0) {
    throw new InvalidRequestError(
      'scores-missing',
      `${source} has no win rate for ${missing.length} of ${rows.length} benchmark prompts; the first is ` +
        `${excerpt(missing[0]!.prompt)}. Score every prompt of the benchmark, with the text unchanged.`,
      { param: '--scores' },
    )
  }
  return Float64Array.from(rows, ({ prompt }) => known.get(prompt)!)
}

function excerpt(prompt: string): string {
  return JSON.stringify(prompt.length > 60 ? `${prompt.slice(0, 60)}…` : prompt)
}
