/**
 * The parts of a language model of the AI SDK that routing reads and passes on: `LanguageModelV3` of ai 6 and
 * `LanguageModelV4` of ai 7 both have them (@ai-sdk/provider 3 and 4), so no version of the SDK is needed here.
 */
export type LanguageModel = {
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
  readonly supportedUrls: PromiseLike<SupportedUrls> | SupportedUrls
  doGenerate(options: never): PromiseLike<unknown>
  doStream(options: never): PromiseLike<{ readonly stream: ReadableStream<unknown> }>
}

/** URL patterns by media type that a model fetches itself. */
export type SupportedUrls = Record<string, RegExp[]>

/** What of the options of a call says what is asked. */
export type CallOptions = {
  readonly prompt: readonly PromptMessage[]
  readonly maxOutputTokens?: number
  readonly tools?: readonly unknown[]
  readonly responseFormat?: { readonly type: string; readonly schema?: unknown }
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly abortSignal?: AbortSignal
}

export type PromptMessage = { readonly role: string; readonly content: unknown }

/** What of a result, or of the last part of a stream, is read and added to. */
export type FinishedCall = {
  readonly usage?: {
    readonly inputTokens?: { readonly total?: number; readonly cacheRead?: number }
    readonly outputTokens?: { readonly total?: number }
  }
  readonly providerMetadata?: Readonly<Record<string, unknown>>
}
