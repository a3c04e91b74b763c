/** `routellm/train`: train routers from code, and get the labels for it. */

export { saveRouterArtifact } from '../../base/artifact/save.ts'
export {
  type Augmentation,
  type AugmentOptions,
  type AugmentReport,
  augmentPrompts,
  type SyntheticPrompt,
} from '../datasets/augment/augment.ts'
export type { VariationKind } from '../datasets/augment/variation-prompts.ts'
export {
  type Conversion,
  type ConversionCounts,
  type ConversionOptions,
  createConversion,
} from '../datasets/convert/conversion.ts'
export {
  type Contamination,
  type ContaminationCheck,
  type ContaminationOptions,
  createContaminationCheck,
  type TestPrompt,
} from '../datasets/decontaminate/contamination.ts'
export { createSplit, parseSplitParts, type SplitPart } from '../datasets/split.ts'
export { exactApgr } from '../evaluation/metrics/apgr.ts'
export { type PlacedRow, type ReadRowsOptions, readRows } from '../formats/read-rows.ts'
export { type Budget, createBudget, type Reservation } from '../labels/chat/budget.ts'
export type { JudgeMessage } from '../labels/chat/chat-body.ts'
export {
  type ChatAnswer,
  type ChatEndpoint,
  type ChatEndpointOptions,
  type ChatQuestion,
  createChatEndpoint,
  type EndpointUsage,
} from '../labels/chat/chat-endpoint.ts'
export {
  openReplyCache,
  type PaidReplies,
  type ReplyCache,
  type StoredReply,
} from '../labels/chat/reply-cache.ts'
export type { Checked, Checker } from '../labels/checkers/checker.ts'
export { type CheckerKind, type CheckerOptions, createChecker } from '../labels/checkers/registry.ts'
export type {
  Grade,
  GradeQuestion,
  GradingJudge,
  PairJudgement,
  PairQuestion,
  PairSample,
  PairwiseJudge,
  Unjudged,
} from '../labels/judge/judge.ts'
export {
  defaultComparisonPrompt,
  defaultGradePrompt,
  type JudgePrompt,
} from '../labels/judge/judge-prompts.ts'
export {
  type CheckedRow,
  checkAnswers,
  type GradedRow,
  gradeAnswers,
  type JudgedPair,
  judgePairs,
  type LabelOptions,
} from '../labels/judge/label-rows.ts'
export { battleRow, checkRow, gradeRow } from '../labels/judge/labels.ts'
export {
  type LengthControl,
  lengthControlledPreference,
  type MeasuredPreference,
} from '../labels/judge/length-control.ts'
export { createLlmJudge, type LlmJudgeOptions } from '../labels/judge/llm-judge.ts'
export {
  createPairwiseTally,
  type ModelPairReport,
  type PairwiseReport,
  type PairwiseTally,
  type Share,
} from '../labels/judge/pairwise-report.ts'
export {
  createScoreTally,
  type ModelScoreReport,
  type ScoreReport,
  type ScoreTally,
} from '../labels/judge/score-report.ts'
export type { JudgeVerdict } from '../labels/judge/verdict.ts'
export { type AnsweredPrompt, parseAnsweredPrompt } from '../rows/answered-prompts.ts'
export { type Battle, parseBattle } from '../rows/battles.ts'
export { type Comparison, readComparisons } from '../rows/comparisons.ts'
export { type Outcomes, parseOutcomes } from '../rows/outcomes.ts'
export { createPromptGroups, type PromptGroups } from '../rows/prompt-groups.ts'
export { saveBertCheckpoint } from './bert/save-checkpoint.ts'
export { type BertHeadTraining, type TrainedBertHead, trainBertHead } from './bert/train.ts'
export { type CascadeTraining, trainCascade } from './cascade/train.ts'
export { type CausalLlmData, type InstructionData, makeInstructionData } from './causal_llm/train.ts'
export { type ClusterTraining, trainCluster } from './cluster/train.ts'
export type { FewLabelTraining } from './few_label/few-label-training.ts'
export { type FewLabelModelTraining, trainFewLabelModels } from './few_label/models/train.ts'
export { loadPriorRouter, type PriorRouter } from './few_label/prior.ts'
export { trainFewLabel } from './few_label/train.ts'
export { type NearestNeighboursTraining, trainNearestNeighbours } from './knn/train.ts'
export type { LossCurve } from './loss-curve.ts'
export { lossCurveSvg } from './loss-curve.ts'
export type { MatrixFactorizationSettings } from './mf/settings.ts'
export { type MatrixFactorizationTraining, trainMatrixFactorization } from './mf/train.ts'
export { type SimilarityWeightedTraining, trainSimilarityWeighted } from './sw_ranking/train.ts'
export type { TrainedRouter, TrainingProgress } from './trained-router.ts'
export { fileData, type Provenance, type TrainingData, type TrainingInput } from './training-data.ts'
