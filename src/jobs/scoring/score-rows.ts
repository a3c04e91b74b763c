import { hearAbort } from '../../base/concurrency/run-steps.ts'
import { InvalidRequestError } from '../../errors.ts'
import { embeddingColumn, invalidRow, parseRow, type Row, stringColumn } from '../../learning/formats/row.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { isEmbeddingRouter, type Router } from '../../routing/routers/router.ts'
import { scorePrompts } from '../../routing/routers/score-prompts.ts'
import type { JobContext } from '../job.ts'

/** A row to score: by its embedding if it has one, by its prompt otherwise. */
export type ScorableRow = {
  /** The row as it was read, without its embedding and its old win rate. */
  readonly columns: Row
  readonly scoredBy:
    | { readonly kind: 'prompt'; readonly prompt: string }
    | { readonly kind: 'embedding'; readonly embedding: Float32Array; readonly place: string }
}

/** Few enough that progress shows and an abort is noticed. */
export const rowsPerBatch = 256

/** @throws DataError `invalid-row` if the row has neither a prompt nor an embedding. */
export function parseScorableRow(value: unknown, place: string): ScorableRow {
  const { embedding: _embedding, strongWinRate: _old, ...columns } = parseRow(value, place)
  const embedding = embeddingColumn(parseRow(value, place), place)
  if (embedding !== undefined) return { columns, scoredBy: { kind: 'embedding', embedding, place } }
  return { columns, scoredBy: { kind: 'prompt', prompt: stringColumn(columns, 'prompt', place) } }
}

/** The win rates of all rows, in order, in batches with progress. */
export async function scoreRows(
  router: Router,
  rows: readonly ScorableRow[],
  { signal, onProgress }: Pick<JobContext, 'signal' | 'onProgress'>,
): Promise<number[]> {
  const winRates: number[] = []
  for (let begin = 0; begin < rows.length; begin += rowsPerBatch) {
    winRates.push(...(await scoreBatch(router, rows.slice(begin, begin + rowsPerBatch), signal)))
    onProgress({
      stage: `scoring with ${router.name}`,
      done: winRates.length,
      total: rows.length,
      detail: '',
    })
    await hearAbort(signal)
  }
  return winRates
}

/** The win rates of a few rows, in order. Their prompts are scored together. */
export async function scoreBatch(
  router: Router,
  rows: readonly ScorableRow[],
  signal: AbortSignal,
): Promise<number[]> {
  const prompts = rows.flatMap(({ scoredBy }) =>
    scoredBy.kind === 'prompt' ? [promptFromText(scoredBy.prompt)] : [],
  )
  const ofPrompts = await scorePrompts(router, prompts, signal)
  let next = 0
  return rows.map(({ scoredBy }) =>
    scoredBy.kind === 'prompt'
      ? (ofPrompts[next++] ?? Number.NaN)
      : scoreEmbedding(router, scoredBy.embedding, scoredBy.place),
  )
}

function scoreEmbedding(router: Router, embedding: Float32Array, place: string): number {
  if (!isEmbeddingRouter(router))
    throw new InvalidRequestError(
      'router-without-embeddings',
      `${place} has an embedding, and the router ${router.name} scores prompts only; remove the column "embedding"`,
      { param: '--input' },
    )
  if (embedding.length !== router.dimensions)
    throw invalidRow(
      place,
      `has an embedding of ${embedding.length} numbers, and the router ${router.name} takes ${router.dimensions} (${router.embedderId})`,
    )
  return router.strongWinRateOfEmbedding(embedding)
}
