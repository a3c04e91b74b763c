import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager'
import type { BaseLanguageModelInput } from '@langchain/core/language_models/base'
import { BaseChatModel, type BindToolsInput } from '@langchain/core/language_models/chat_models'
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages'
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs'
import type { Runnable } from '@langchain/core/runnables'
import { ConfigError } from '../../errors.ts'
import type { Decision } from '../../gateway/decide/decision.ts'
import {
  createPairDecisions,
  type DecisionOptions,
  describeDecision,
  type PairDecisions,
} from '../deciding/pair-decisions.ts'
import { requireModel } from '../deciding/require-model.ts'
import { toChatBody, tokensOf } from './chat-body.ts'

/** A chat model of LangChain, or one with tools bound. */
export type ChatRunnable = Runnable<BaseLanguageModelInput, AIMessageChunk>

export type RoutedChatModelOptions = DecisionOptions & {
  readonly strong: ChatRunnable
  readonly weak: ChatRunnable
  /** `auto`, `router-mf`, `router-mf-30pct`, `strong` or `weak`. Default: `auto`. */
  readonly model?: string
}

/**
 * A chat model for LangChain that decides in this process, for each call, which of two chat models answers it.
 *
 *     const model = new RoutedChatModel({ strong: new ChatAnthropic({ … }), weak: new ChatOpenAI({ … }) })
 *     const message = await model.invoke('Good morning!')
 *
 * `response_metadata.routellm` of the message has the decision; of a stream, the last chunk. Tools are bound to both
 * models. A conversation keeps its model within a tool loop and where a change does not pay (`sessions`); it is found by
 * its first turns.
 *
 * A call rejects with InvalidRequestError for a name that is none, with ConfigError or ArtifactError if a router cannot
 * be loaded.
 */
export class RoutedChatModel extends BaseChatModel {
  readonly #options: RoutedChatModelOptions
  readonly #decisions: PairDecisions
  readonly #tools: readonly unknown[]

  /** @throws ConfigError `not-a-model`. */
  constructor(options: RoutedChatModelOptions) {
    super({})
    for (const role of ['strong', 'weak'] as const)
      requireModel(role, options[role], ['invoke', 'getName'], "new ChatOpenAI({ model: 'gpt-5-mini' })")
    const shared = sharedParts.get(options)
    this.#options = options
    this.#tools = shared?.tools ?? []
    this.#decisions =
      shared?.decisions ??
      createPairDecisions(options, {
        strong: toModel('strong', options.strong),
        weak: toModel('weak', options.weak),
      })
  }

  override _llmType(): string {
    return 'routellm'
  }

  /** @throws ConfigError `model-without-tools` if one of the models takes none. */
  override bindTools(tools: BindToolsInput[], kwargs?: Partial<this['ParsedCallOptions']>): RoutedChatModel {
    const bind = (role: 'strong' | 'weak') => {
      const model: ChatRunnable & Pick<BaseChatModel, 'bindTools'> = this.#options[role]
      if (model.bindTools === undefined)
        throw new ConfigError(
          'model-without-tools',
          `the ${role} model, ${model.getName()}, has no bindTools`,
          {
            param: role,
          },
        )
      return model.bindTools(tools, kwargs)
    }
    const options = { ...this.#options, strong: bind('strong'), weak: bind('weak') }
    sharedParts.set(options, { decisions: this.#decisions, tools })
    return new RoutedChatModel(options)
  }

  override async _generate(messages: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    const decision = await this.#decide(messages, options.signal)
    try {
      const message = await this.#chosen(decision).invoke(messages, options)
      this.#decisions.end(decision, tokensOf(message))
      message.response_metadata = { ...message.response_metadata, routellm: describeDecision(decision) }
      return { generations: [{ text: message.text, message }] }
    } catch (error) {
      this.#decisions.end(decision, 'failed')
      throw error
    }
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const decision = await this.#decide(messages, options.signal)
    let outcome: Parameters<PairDecisions['end']>[1] = 'failed'
    try {
      let tokens: ReturnType<typeof tokensOf> = 'answered'
      for await (const message of await this.#chosen(decision).stream(messages, options)) {
        const said = tokensOf(message)
        if (said !== 'answered') tokens = said
        yield new ChatGenerationChunk({ text: message.text, message })
        await runManager?.handleLLMNewToken(message.text)
      }
      outcome = tokens
      // Chunks are added up, and what stands in several of them is joined: the decision stands in one.
      const last = new AIMessageChunk({
        content: '',
        response_metadata: { routellm: describeDecision(decision) },
      })
      yield new ChatGenerationChunk({ text: '', message: last })
    } finally {
      this.#decisions.end(decision, outcome)
    }
  }

  /** Ends the threads of the routers, also for models with tools that `bindTools` made. Later calls load them again. */
  close(): Promise<void> {
    return this.#decisions.close()
  }

  #decide(messages: readonly BaseMessage[], signal: AbortSignal | undefined): Promise<Decision> {
    const body = toChatBody(this.#options.model ?? 'auto', messages, this.#tools)
    return this.#decisions.decide(body, {}, signal)
  }

  #chosen(decision: Decision): ChatRunnable {
    return this.#options[decision.model.name === 'strong' ? 'strong' : 'weak']
  }
}

/** What a model with tools shares with the one that it was made of, by its options. */
const sharedParts = new WeakMap<
  RoutedChatModelOptions,
  { readonly decisions: PairDecisions; readonly tools: readonly unknown[] }
>()

function toModel(name: string, model: ChatRunnable) {
  const id: unknown = 'model' in model ? model.model : undefined
  return { name, provider: model.getName(), upstream: typeof id === 'string' ? id : model.getName() }
}
