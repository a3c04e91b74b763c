/** `routellm/train`: train routers from code, and get the labels for it. */

export { saveRouterArtifact } from '../artifact/save.ts'
export { type AnsweredPrompt, parseAnsweredPrompt } from '../data/answered-prompts.ts'
export {
  type Augmentation,
  type AugmentOptions,
  type AugmentReport,
  augmentPrompts,
  type SyntheticPrompt,
} from '../data/augmentation/augment.ts'
export type { VariationKind } from '../data/augmentation/variation-prompts.ts'
export { type Battle, parseBattle } from '../data/battles.ts'
export type { Checked, Checker } from '../data/checkers/checker.ts'
export { type CheckerKind, type CheckerOptions, createChecker } from '../data/checkers/registry.ts'
export { type Comparison, readComparisons } from '../data/comparisons.ts'
export {
  type Conversion,
  type ConversionCounts,
  type ConversionOptions,
  createConversion,
} from '../data/convert/conversion.ts'
export {
  type Contamination,
  type ContaminationCheck,
  type ContaminationOptions,
  createContaminationCheck,
  type TestPrompt,
} from '../data/decontaminate/contamination.ts'
export { type Budget, createBudget, type Reservation } from '../data/judge/budget.ts'
export type { ChatMessage } from '../data/judge/chat-body.ts'
export {
  type ChatAnswer,
  type ChatEndpoint,
  type ChatEndpointOptions,
  type ChatQuestion,
  createChatEndpoint,
  type EndpointUsage,
} from '../data/judge/chat-endpoint.ts'
export type {
  Grade,
  GradeQuestion,
  GradingJudge,
  PairJudgement,
  PairQuestion,
  PairSample,
  PairwiseJudge,
  Unjudged,
} from '../data/judge/judge.ts'
export {
  defaultComparisonPrompt,
  defaultGradePrompt,
  type JudgePrompt,
} from '../data/judge/judge-prompts.ts'
export {
  type CheckedRow,
  checkAnswers,
  type GradedRow,
  gradeAnswers,
  type JudgedPair,
  judgePairs,
  type LabelOptions,
} from '../data/judge/label-rows.ts'
export { battleRow, checkRow, gradeRow } from '../data/judge/labels.ts'
export {
  type LengthControl,
  lengthControlledPreference,
  type MeasuredPreference,
} from '../data/judge/length-control.ts'
export { createLlmJudge, type LlmJudgeOptions } from '../data/judge/llm-judge.ts'
export {
  createPairwiseTally,
  type ModelPairReport,
  type PairwiseReport,
  type PairwiseTally,
  type Share,
} from '../data/judge/pairwise-report.ts'
export {
  openReplyCache,
  type PaidReplies,
  type ReplyCache,
  type StoredReply,
} from '../data/judge/reply-cache.ts'
export {
  createScoreTally,
  type ModelScoreReport,
  type ScoreReport,
  type ScoreTally,
} from '../data/judge/score-report.ts'
export type { Verdict } from '../data/judge/verdict.ts'
export { type Outcomes, parseOutcomes } from '../data/outcomes.ts'
export { createPromptGroups, type PromptGroups } from '../data/prompt-groups.ts'
export { type PlacedRow, type ReadRowsOptions, readRows } from '../data/read-rows.ts'
export { createSplit, parseSplitParts, type SplitPart } from '../data/split.ts'
export { exactApgr } from '../evaluation/apgr.ts'
export { type BertHeadTraining, type TrainedBertHead, trainBertHead } from './bert-head.ts'
export { type CausalLlmData, type InstructionData, makeInstructionData } from './causal-llm.ts'
export { type ClusterTraining, trainCluster } from './cluster/train.ts'
export type { LossCurve } from './loss-curve.ts'
export { lossCurveSvg } from './loss-curve.ts'
export {
  type MatrixFactorizationTraining,
  type TrainedRouter,
  type TrainingProgress,
  trainMatrixFactorization,
} from './matrix-factorization.ts'
export { type NearestNeighboursTraining, trainNearestNeighbours } from './nearest-neighbours.ts'
export { loadPriorRouter, type PriorRouter } from './own/prior.ts'
export { type OwnTraining, trainOwn } from './own/train.ts'
export { saveBertCheckpoint } from './save-bert-checkpoint.ts'
export type { MatrixFactorizationSettings } from './settings.ts'
export { type SimilarityWeightedTraining, trainSimilarityWeighted } from './similarity-weighted.ts'
