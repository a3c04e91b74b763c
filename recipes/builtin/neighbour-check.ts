import { dot } from '../../src/base/math/linear/vectors.ts'
import type { PieceVectors } from '../../src/routing/embedding/builtin/pieces/piece-vectors.ts'
import type { PoolPrompt } from './data/training-rows.ts'

/** How often the nearest neighbour of a held-out prompt is of its kind, 0 to 1, and how often chance would be. */
export type NeighbourCheck = {
  readonly prompts: number
  readonly sameDataset: number
  readonly sameDatasetByChance: number
  /** The same subject, among the prompts of MMLU-Pro. */
  readonly sameSubject: number
  readonly sameSubjectByChance: number
}

/** Every tenth prompt is held out, and a third of those is looked up. */
const heldOutEvery = 10
const queriedEvery = 3
const subjectDataset = 'mmlu_pro'

/**
 * A sanity check of the dense part: for prompts of the last tenth of the pool, the nearest neighbour among the others
 * by cosine similarity of the vectors.
 */
export function measureNeighbours(pool: readonly PoolPrompt[], pieces: PieceVectors): NeighbourCheck {
  const known = pool.filter((_, index) => index % heldOutEvery !== 0)
  const queries = pool.filter((_, index) => index % (heldOutEvery * queriedEvery) === 0)
  const dense = pieces.vectorOf
  const vectors = known.map(({ prompt }) => dense(prompt))
  const everywhere = countMatches(queries, known, vectors, dense, ({ dataset }) => dataset)
  const subjects = known.flatMap((row, index) => (row.dataset === subjectDataset ? [index] : []))
  const withinSubjects = countMatches(
    queries.filter(({ dataset }) => dataset === subjectDataset),
    subjects.map((index) => known[index]!),
    subjects.map((index) => vectors[index]!),
    dense,
    ({ category }) => category ?? '',
  )
  return {
    prompts: queries.length,
    sameDataset: everywhere.found,
    sameDatasetByChance: everywhere.byChance,
    sameSubject: withinSubjects.found,
    sameSubjectByChance: withinSubjects.byChance,
  }
}

function countMatches(
  queries: readonly PoolPrompt[],
  known: readonly PoolPrompt[],
  vectors: readonly Float32Array[],
  vectorOf: (prompt: string) => Float32Array,
  kindOf: (prompt: PoolPrompt) => string,
): { found: number; byChance: number } {
  const sizes = new Map<string, number>()
  for (const row of known) sizes.set(kindOf(row), (sizes.get(kindOf(row)) ?? 0) + 1)
  let found = 0
  let byChance = 0
  for (const query of queries) {
    const vector = vectorOf(query.prompt)
    let nearest = 0
    let highest = Number.NEGATIVE_INFINITY
    vectors.forEach((other, index) => {
      const similarity = dot(vector, other)
      if (similarity <= highest) return
      highest = similarity
      nearest = index
    })
    if (known.length > 0 && kindOf(known[nearest]!) === kindOf(query)) found++
    byChance += (sizes.get(kindOf(query)) ?? 0) / known.length
  }
  return queries.length === 0
    ? { found: 0, byChance: 0 }
    : { found: found / queries.length, byChance: byChance / queries.length }
}
