// The public API. `routellm/client` has the drop-in client, `routellm/server` builds servers, `routellm/train` trains
// routers, and `routellm/testing` checks contracts.
export { loadRouterArtifact } from './base/artifact/load.ts'
export type { DataSource, RouterArtifact, RouterManifest } from './base/artifact/router-artifact.ts'
export type { Tensor } from './base/artifact/safetensors.ts'
export { saveRouterArtifact } from './base/artifact/save.ts'
export type { HubOptions } from './base/files/hub/hub-options.ts'
export {
  clopperPearsonInterval,
  clopperPearsonLower,
  clopperPearsonUpper,
  wilsonInterval,
} from './base/math/statistics/proportion.ts'
export { clientKeyHmac, newClientKey } from './config/client-key.ts'
export type { Config, ConfigOverrides } from './config/config.ts'
export { demoConfig, parseConfig } from './config/parse-config.ts'
export type { ErrorCode, ForeignErrorCode } from './error-codes.ts'
export {
  ArtifactError,
  ConfigError,
  DataError,
  EmbeddingError,
  type ErrorDetails,
  HubError,
  InvalidRequestError,
  MissingPackageError,
  RouteLLMError,
  RouterError,
  UpstreamError,
} from './errors.ts'
export type {
  DecisionExplanation,
  ExplainedCandidate,
  ExplainedDecision,
  ExplainedFallbackDecision,
  ExplainedFixedModelDecision,
  ExplainedRoutedDecision,
} from './gateway/decide/explanation/explained-decision.ts'
export { type ModelName, parseModelName } from './gateway/decide/model-name.ts'
export type { RouteRequest } from './gateway/decide/route-request.ts'
export type {
  AbortRequest,
  Provider,
  ProviderReply,
  ProviderRequest,
  ReplySink,
} from './providers/provider.ts'
export { createProvider, type ProviderSettings } from './providers/registry.ts'
export { type BudgetThreshold, type PricedRequest, thresholdForBudget } from './routing/calibration/budget.ts'
export { type Guarantee, type GuaranteeLabel, guaranteedThreshold } from './routing/calibration/guarantee.ts'
export { fitIsotonic, type IsotonicScaling, isotonicProbability } from './routing/calibration/isotonic.ts'
export type { LossPromise } from './routing/calibration/loss-limit.ts'
export { fitPlatt, type PlattScaling, plattProbability } from './routing/calibration/platt.ts'
export {
  type QualityThreshold,
  type ScoredRequest,
  thresholdForQuality,
} from './routing/calibration/quality.ts'
export {
  type Reliability,
  type ReliabilityBin,
  type ReliabilityOptions,
  reliability,
} from './routing/calibration/reliability.ts'
export { thresholdForStrongFraction } from './routing/calibration/threshold.ts'
export type { Exclusion } from './routing/catalogue/exclusion.ts'
export type { Model, ModelPair } from './routing/catalogue/model.ts'
export { withEmbeddingCache } from './routing/embedding/cache.ts'
export {
  type ClosableEmbedder,
  type Embedder,
  isClosableEmbedder,
  isLocalEmbedder,
  isNamedFeatureEmbedder,
  type LocalEmbedder,
  type NamedFeatureEmbedder,
} from './routing/embedding/embedder.ts'
export type { EmbedderOptions } from './routing/embedding/embedder-kind.ts'
export { loadEmbedder } from './routing/embedding/registry.ts'
export { loadFollowUpReader } from './routing/follow-ups/follow-up-reader.ts'
export type { InferenceOptions } from './routing/onnx/inference/pool.ts'
export type { Precision, TextEncoderOptions } from './routing/onnx/text-encoder.ts'
export type {
  Candidate,
  Choice,
  ExpectedCall,
  FallbackChoice,
  FallbackReason,
  RoutedChoice,
  Side,
} from './routing/policies/choice.ts'
export type {
  CallerSignal,
  ChoiceDescription,
  DescribingPolicy,
  ExplainingPolicy,
  Policy,
  PolicyRequest,
  Reasons,
} from './routing/policies/policy.ts'
export type { FollowUpReader, FollowUpRule } from './routing/prompts/follow-up.ts'
export {
  type ChatMessage,
  defaultPromptRule,
  type PromptRule,
  routedPrompt,
} from './routing/prompts/prompt-rule.ts'
export { promptFromText, type RoutedPrompt } from './routing/prompts/routed-prompt.ts'
export { type CausalLlmRouterOptions, createCausalLlmRouter } from './routing/routers/causal_llm/router.ts'
export type { Contribution, Explanation, Neighbour } from './routing/routers/explanation.ts'
export { createLengthRouter } from './routing/routers/length/router.ts'
export {
  isModelScoringEmbeddingRouter,
  isModelScoringRouter,
  isReplyPredictingRouter,
  type ModelScoringEmbeddingRouter,
  type ModelScoringRouter,
  type ReplyPredictingRouter,
  type ReplyPredictions,
} from './routing/routers/model-scoring-router.ts'
export { createRandomRouter } from './routing/routers/random/router.ts'
export {
  builtinRouterKinds,
  loadRouter,
  type RouterSpec,
  routerKinds,
  routerSpec,
} from './routing/routers/registry.ts'
export {
  type BatchRouter,
  type CalibratedRouter,
  type ClosableRouter,
  type CrossFittedRouter,
  type EmbeddingRouter,
  type ExplainingRouter,
  isBatchRouter,
  isCalibratedRouter,
  isClosableRouter,
  isCrossFittedRouter,
  isEmbeddingRouter,
  isExplainingRouter,
  type Router,
} from './routing/routers/router.ts'
export {
  defineRouterKind,
  type RouterDependencies,
  type RouterKind,
} from './routing/routers/router-kind.ts'
export { createRulesRouter, type RulesRouterOptions } from './routing/routers/rules/router.ts'
export type { Condition, Rule } from './routing/routers/rules/rule.ts'
export { version } from './version.ts'
