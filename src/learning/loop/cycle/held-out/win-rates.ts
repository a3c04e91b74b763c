import { promptFromText } from '../../../../routing/prompts/routed-prompt.ts'
import { isEmbeddingRouter, type Router } from '../../../../routing/routers/router.ts'
import { scorePrompts } from '../../../../routing/routers/score-prompts.ts'
import type { LabelledRequest } from '../../labelled-request.ts'

/**
 * The win rate of each row: of its text; else of its vector, if the router scores vectors of that length.
 *
 * @param otherwise the win rate of a row that the router cannot score; null if there is none.
 */
export async function winRatesOfRows(
  router: Router,
  rows: readonly LabelledRequest[],
  otherwise: (row: LabelledRequest) => number | null,
  signal?: AbortSignal,
): Promise<readonly (number | null)[]> {
  const texts = rows.flatMap(({ prompt }) => (prompt === null ? [] : [promptFromText(prompt)]))
  const ofTexts = (await scorePrompts(router, texts, signal)).values()
  return rows.map((row) => {
    if (row.prompt !== null) return ofTexts.next().value ?? null
    return winRateOfVector(router, row.vector) ?? otherwise(row)
  })
}

function winRateOfVector(router: Router, vector: Float32Array | null): number | null {
  if (vector === null || !isEmbeddingRouter(router) || vector.length !== router.dimensions) return null
  return router.strongWinRateOfEmbedding(vector)
}
