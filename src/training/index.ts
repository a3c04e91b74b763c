/** `routellm/train`: train routers from code. */

export { saveRouterArtifact } from '../artifact/save.ts'
export { type Battle, parseBattle } from '../data/battles.ts'
export { type Comparison, readComparisons } from '../data/comparisons.ts'
export { type Outcomes, parseOutcomes } from '../data/outcomes.ts'
export { exactApgr } from '../evaluation/apgr.ts'
export {
  type MatrixFactorizationTraining,
  type TrainedRouter,
  type TrainingProgress,
  trainMatrixFactorization,
} from './matrix-factorization.ts'
export { type NearestNeighboursTraining, trainNearestNeighbours } from './nearest-neighbours.ts'
export type { MatrixFactorizationSettings } from './settings.ts'
export { type SimilarityWeightedTraining, trainSimilarityWeighted } from './similarity-weighted.ts'
