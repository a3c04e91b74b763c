import { InvalidRequestError } from '../../errors.ts'
import { embeddingColumn, invalidRow, parseRow, type Row, stringColumn } from '../../learning/formats/row.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { isEmbeddingRouter, type Router } from '../../routing/routers/router.ts'
import { scorePrompts } from '../../routing/routers/score-prompts.ts'

/** A row to score: by its embedding where it brings one, else by its prompt. */
export type ScorableRow = {
  /** The whole row as it was read, without the embedding. */
  readonly columns: Row
  readonly scoredBy:
    | { readonly kind: 'prompt'; readonly prompt: string }
    | { readonly kind: 'embedding'; readonly embedding: Float32Array; readonly place: string }
}

/** @throws DataError `invalid-row` where the row has neither a prompt nor an embedding. */
export function scorableRow(value: unknown, place: string): ScorableRow {
  const { embedding: _embedding, strongWinRate: _old, ...columns } = parseRow(value, place)
  const embedding = embeddingColumn(parseRow(value, place), place)
  if (embedding !== undefined) return { columns, scoredBy: { kind: 'embedding', embedding, place } }
  return { columns, scoredBy: { kind: 'prompt', prompt: stringColumn(columns, 'prompt', place) } }
}

/** The win rates of some rows, in order. Prompts are scored together where the router can. */
export async function strongWinRatesOf(
  router: Router,
  rows: readonly ScorableRow[],
  signal: AbortSignal,
): Promise<number[]> {
  const prompts = rows.flatMap(({ scoredBy }) =>
    scoredBy.kind === 'prompt' ? [promptFromText(scoredBy.prompt)] : [],
  )
  const byPrompt = await scorePrompts(router, prompts, signal)
  let next = 0
  return rows.map(({ scoredBy }) =>
    scoredBy.kind === 'prompt'
      ? (byPrompt[next++] ?? Number.NaN)
      : winRateOfEmbedding(router, scoredBy.embedding, scoredBy.place),
  )
}

function winRateOfEmbedding(router: Router, embedding: Float32Array, place: string): number {
  if (!isEmbeddingRouter(router))
    throw new InvalidRequestError(
      'router-without-embeddings',
      `${place} has an embedding, and the router ${router.name} looks at prompts only; take the column "embedding" out`,
      { param: '--input' },
    )
  if (embedding.length !== router.dimensions)
    throw invalidRow(
      place,
      `has an embedding of ${embedding.length} numbers, and the router ${router.name} takes ${router.dimensions} (${router.embedderId})`,
    )
  return router.strongWinRateOfEmbedding(embedding)
}
