import { ConfigError } from '../../errors.ts'
import type { Decision } from '../../gateway/decide/decision.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import {
  type CallTokens,
  createPairDecisions,
  type DecisionOptions,
  describeDecision,
} from '../deciding/pair-decisions.ts'
import { requireModel } from '../deciding/require-model.ts'
import { toChatBody } from './chat-body.ts'
import type { CallOptions, FinishedCall, LanguageModel, SupportedUrls } from './language-model.ts'

export type RoutedModelsOptions<Strong extends LanguageModel> = DecisionOptions & {
  readonly strong: Strong
  readonly weak: Strong
}

/** A language model for each name: `auto`, `router-mf`, `router-mf-30pct`, `strong`, `weak`. */
export type RoutedModels<Strong extends LanguageModel> = ((name?: string) => Strong) & {
  /** The same, as registries of the AI SDK call it. */
  languageModel(name: string): Strong
  /** Ends the threads of the routers. Later calls load them again. */
  close(): Promise<void>
}

/**
 * Language models for the AI SDK (6 and 7) that decide in this process, for each call, which of two models answers it.
 * The two may be of any provider; the prompt, tools and options reach the chosen one unchanged.
 *
 *     const routed = createRoutedModels({ strong: anthropic('claude-opus-4-5'), weak: openai('gpt-5-mini') })
 *     const { text, providerMetadata } = await generateText({ model: routed('auto'), prompt: 'Good morning!' })
 *
 * `providerMetadata.routellm` of a result, and of the `finish` part of a stream, has the decision. A conversation keeps its
 * model within a tool loop and where a change does not pay (`sessions`). A router that fails chooses the strong model;
 * a failed call of a model is the SDK's to retry.
 *
 * @throws ConfigError `not-a-model`; `model-versions-differ` if the models implement different versions of the SDK's interface. A call
 *   rejects with InvalidRequestError for a name that is none, with ConfigError or ArtifactError if a router cannot be
 *   loaded.
 */
export function createRoutedModels<Strong extends LanguageModel>(
  options: RoutedModelsOptions<Strong>,
): RoutedModels<Strong> {
  const { strong, weak } = options
  for (const role of ['strong', 'weak'] as const)
    requireModel(role, options[role], ['doGenerate', 'doStream'], "openai('gpt-5-mini')")
  if (strong.specificationVersion !== weak.specificationVersion)
    throw new ConfigError(
      'model-versions-differ',
      `strong implements ${strong.specificationVersion} of the AI SDK's language models and weak ${weak.specificationVersion}; take both from providers of one version`,
      { param: 'weak' },
    )
  const pair = { strong: toModel('strong', strong), weak: toModel('weak', weak) }
  const decisions = createPairDecisions(options, pair)

  async function decide(name: string, call: CallOptions): Promise<DecidedCall> {
    const decision = await decisions.decide(toChatBody(call, name), call.headers ?? {}, call.abortSignal)
    return { decision, model: decision.model.name === 'strong' ? strong : weak }
  }

  async function generate(name: string, call: CallOptions): Promise<unknown> {
    const decided = await decide(name, call)
    try {
      const result: FinishedCall = (await decided.model.doGenerate(call as never)) as FinishedCall
      decisions.end(decided.decision, tokensOf(result))
      return withDecision(result, decided.decision)
    } catch (error) {
      decisions.end(decided.decision, 'failed')
      throw error
    }
  }

  async function stream(name: string, call: CallOptions) {
    const decided = await decide(name, call)
    try {
      const result = await decided.model.doStream(call as never)
      return { ...result, stream: result.stream.pipeThrough(observe(decided)) }
    } catch (error) {
      decisions.end(decided.decision, 'failed')
      throw error
    }
  }

  function observe(decided: DecidedCall): TransformStream<unknown, unknown> {
    let isFinished = false
    return new TransformStream({
      transform(part, controller) {
        if (!isFinish(part)) return controller.enqueue(part)
        isFinished = true
        decisions.end(decided.decision, tokensOf(part))
        controller.enqueue(withDecision(part, decided.decision))
      },
      flush() {
        if (!isFinished) decisions.end(decided.decision, 'failed')
      },
    })
  }

  const languageModel = (name = 'auto'): Strong => {
    const model: LanguageModel = {
      specificationVersion: strong.specificationVersion,
      provider: 'routellm',
      modelId: name,
      supportedUrls: sharedUrls(strong, weak),
      doGenerate: (call: CallOptions) => generate(name, call),
      doStream: (call: CallOptions) => stream(name, call),
    }
    // It has what the SDK calls, of the version that both models implement.
    return model as Strong
  }
  return Object.assign(languageModel, { languageModel, close: () => decisions.close() })
}

type DecidedCall = { readonly decision: Decision; readonly model: LanguageModel }

function toModel(name: string, { provider, modelId }: LanguageModel): Model {
  return { name, provider, upstream: modelId }
}

/** A URL is passed on only if both models fetch it; the SDK downloads the others. */
async function sharedUrls(strong: LanguageModel, weak: LanguageModel): Promise<SupportedUrls> {
  const [ofStrong, ofWeak] = await Promise.all([strong.supportedUrls, weak.supportedUrls])
  const entries = Object.entries(ofStrong).map(([mediaType, patterns]) => {
    const others = new Set(ofWeak[mediaType]?.map(String))
    return [mediaType, patterns.filter((pattern) => others.has(String(pattern)))] as const
  })
  return Object.fromEntries(entries.filter(([, patterns]) => patterns.length > 0))
}

function withDecision<Finished extends FinishedCall>(finished: Finished, decision: Decision): Finished {
  return {
    ...finished,
    providerMetadata: { ...finished.providerMetadata, routellm: describeDecision(decision) },
  }
}

function tokensOf({ usage }: FinishedCall): CallTokens | 'answered' {
  const input = usage?.inputTokens?.total
  const output = usage?.outputTokens?.total
  if (input === undefined || output === undefined) return 'answered'
  return { input, cachedInput: usage?.inputTokens?.cacheRead ?? 0, output }
}

function isFinish(part: unknown): part is FinishedCall {
  return typeof part === 'object' && part !== null && 'type' in part && part.type === 'finish'
}
