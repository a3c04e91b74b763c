import { ConfigError } from '../../../errors.ts'
import type { Model } from '../../catalogue/model.ts'
import { isSameModel } from '../../catalogue/model-names.ts'
import { isModelScoringRouter } from '../../routers/model-scoring-router.ts'
import type { Router } from '../../routers/router.ts'

/**
 * Which of a router's models each candidate is: [candidates], positions in `router.models`. Null if the router compares
 * the first candidate, as the strong model, with the second: it scores no models, or it was made for one pair, whatever its
 * models are called, and knows neither of the two. A router that predicts scores of models, or knows more than two, has to
 * know each candidate.
 *
 * A candidate is the model of its configured name, else that of its upstream name, else the only one that is the same
 * model but for a provider's prefix or a release date.
 *
 * @throws ConfigError `unknown-scoring-model` for a candidate that the router does not know, and for two efforts of one
 *   model that it does not tell apart.
 */
export function findScoredModels(router: Router, candidates: readonly Model[]): readonly number[] | null {
  const known = isModelScoringRouter(router) ? router.models : []
  const rows = candidates.map((candidate) => findRow(known, candidate))
  if (candidates.length === 2 && rows.every((row) => row < 0) && comparesAnyPair(router)) return null
  const unknown = candidates.filter((_, index) => rows[index]! < 0)
  if (unknown.length > 0) throw unknownCandidates(router, known, candidates, unknown)
  for (const [index, candidate] of candidates.entries()) {
    const twin = candidates.find(
      (other, at) => at < index && rows[at] === rows[index] && other.effort !== candidate.effort,
    )
    if (twin !== undefined) throw sameEffort(router, known[rows[index]!]!, twin, candidate)
  }
  return rows
}

function comparesAnyPair(router: Router): boolean {
  return !isModelScoringRouter(router) || (router.models.length === 2 && router.modelScoreUnit === 'log-odds')
}

/** The position of the model of a router that a candidate is; -1 if there is none, or if it could be several. */
export function findRow(known: readonly string[], { name, upstream }: Model): number {
  for (const exact of [name, upstream]) {
    const row = known.indexOf(exact)
    if (row >= 0) return row
  }
  const same = known.flatMap((each, row) =>
    isSameModel(each, upstream) || isSameModel(each, name) ? row : [],
  )
  return same.length === 1 ? same[0]! : -1
}

function unknownCandidates(
  router: Router,
  known: readonly string[],
  candidates: readonly Model[],
  unknown: readonly Model[],
): ConfigError {
  const scored =
    known.length === 0
      ? 'compares two models only'
      : `scores ${known.length} models: ${known.slice(0, mostListed).join(', ')}${known.length > mostListed ? ', …' : ''}`
  const names = candidates.map(({ name, upstream }) => (name === upstream ? name : `${name} (${upstream})`))
  const remedy =
    known.length === 0
      ? 'Keep two candidates, the stronger one first, or give a router that scores each of them, or a table `quality`.'
      : 'Name the models as the router does, leave out those that it does not know, or give a table `quality`.'
  return new ConfigError(
    'unknown-scoring-model',
    `The router "${router.name}" ${scored}. The candidates are ${names.join(', ')}; it does not know ${unknown.map(({ name }) => name).join(', ')}. ${remedy}`,
    { param: 'candidates' },
  )
}

const mostListed = 50

function sameEffort(router: Router, scored: string, one: Model, other: Model): ConfigError {
  return new ConfigError(
    'unknown-scoring-model',
    `The candidates ${one.name} and ${other.name} are both ${scored} to the router "${router.name}", which does not tell their efforts apart. Train it on labels that name both, or give a table \`quality\`.`,
    { param: 'candidates' },
  )
}
