// The public API. Servers are built with `routellm/server`, routers trained with `routellm/train`, contracts
// checked with `routellm/testing`.
export { loadRouterArtifact } from './artifact/load.ts'
export type { DataSource, RouterArtifact, RouterManifest } from './artifact/router-artifact.ts'
export type { Tensor } from './artifact/safetensors.ts'
export { saveRouterArtifact } from './artifact/save.ts'
export { type BudgetThreshold, type PricedRequest, thresholdForBudget } from './calibration/budget.ts'
export { type Guarantee, type GuaranteeLabel, guaranteedThreshold } from './calibration/guarantee.ts'
export { fitIsotonic, type IsotonicScaling, isotonicProbability } from './calibration/isotonic.ts'
export type { LossPromise } from './calibration/loss-limit.ts'
export { fitPlatt, type PlattScaling, plattProbability } from './calibration/platt.ts'
export { type QualityThreshold, type ScoredRequest, thresholdForQuality } from './calibration/quality.ts'
export {
  type Reliability,
  type ReliabilityBin,
  type ReliabilityOptions,
  reliability,
} from './calibration/reliability.ts'
export { thresholdForStrongFraction } from './calibration/threshold.ts'
export type { ClientProvider, RouteLLMOptions, RoutingOptions } from './client/options.ts'
export { RouteLLM } from './client/routellm.ts'
export { clientKeyHmac, newClientKey } from './config/client-key.ts'
export { type Config, type ConfigOverrides, demoConfig, parseConfig } from './config/config.ts'
export { withEmbeddingCache } from './embedding/cache.ts'
export {
  type ClosableEmbedder,
  type Embedder,
  isClosableEmbedder,
  isLocalEmbedder,
  isNamedFeatureEmbedder,
  type LocalEmbedder,
  type NamedFeatureEmbedder,
} from './embedding/embedder.ts'
export { type EmbedderOptions, loadEmbedder } from './embedding/registry.ts'
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
  Decision,
  DecisionExplanation,
  FallbackDecision,
  FixedModelDecision,
  RoutedDecision,
} from './gateway/decision.ts'
export { type ModelName, parseModelName } from './gateway/model-name.ts'
export type { RouteRequest } from './gateway/routing.ts'
export type { HubOptions } from './hub/checkpoint.ts'
export {
  clopperPearsonInterval,
  clopperPearsonLower,
  clopperPearsonUpper,
  wilsonInterval,
} from './math/proportion.ts'
export type { Model, ModelPair } from './models/model.ts'
export type { InferenceOptions } from './onnx/inference/pool.ts'
export type { Precision, TextEncoderOptions } from './onnx/text-encoder.ts'
export type {
  AbortRequest,
  Provider,
  ProviderReply,
  ProviderRequest,
  ReplySink,
} from './providers/provider.ts'
export { createProvider, type ProviderSettings } from './providers/registry.ts'
export { type CausalLlmRouterOptions, createCausalLlmRouter } from './routers/causal-llm/router.ts'
export type { Contribution, Explanation, Neighbour } from './routers/explanation.ts'
export { createLengthRouter } from './routers/length/router.ts'
export { createRandomRouter } from './routers/random/router.ts'
export {
  loadRouter,
  type RouterDependencies,
  type RouterSpec,
  routerKinds,
  routerSpec,
} from './routers/registry.ts'
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
} from './routers/router.ts'
export { createRulesRouter, type RulesRouterOptions } from './routers/rules/router.ts'
export type { Condition, Rule } from './routers/rules/rule.ts'
export type { FollowUpRule } from './text/follow-up.ts'
export {
  type ChatMessage,
  defaultPromptRule,
  type PromptRule,
  routedPrompt,
} from './text/prompt-rule.ts'
export { promptFromText, type RoutedPrompt } from './text/routed-prompt.ts'
export { version } from './version.ts'
