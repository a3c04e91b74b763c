import type { z } from 'zod'
import type { HubOptions } from '../../base/files/hub/hub-options.ts'
import type { Needs } from '../../base/settings/needs.ts'
import type { TextEncoderOptions } from '../onnx/text-encoder.ts'
import type { Embedder } from './embedder.ts'

/**
 * One kind of embedder, as plain data: `src/routing/embedding/<kind>/kind.ts` exports it, and the table in `registry.ts`
 * lists it. An embedder is named `<kind>` or `<kind>:<argument>`.
 */
export type EmbedderKind = {
  readonly kind: string
  /** What follows the colon. Absent: the kind takes no argument. */
  readonly argument?: EmbedderArgument
  /** Its keys in the section `embedder` of routellm.yaml. */
  readonly settings?: z.ZodObject
  /** @param dimensions the length of the vectors that the caller needs, if it knows. */
  load(argument: string, options: EmbedderOptions, dimensions?: number): Promise<Embedder>
  readonly needs?: Needs
  /** The host that an embedder of this name asks by default. Undefined if it asks none, or one that the options name. */
  contact?(argument: string, options: EmbedderOptions): EmbedderContact | undefined
}

export type EmbedderContact = {
  readonly host: string
  /** What it asks the host for: `sends every prompt to`. */
  readonly purpose: string
  /** The options with which it asks nobody, and fails with `hub-offline` if that is not enough. */
  readonly withoutContact?: EmbedderOptions
}

export type EmbedderArgument = {
  /** As in `openai-compatible:<model>`. */
  readonly placeholder: string
  readonly example: string
  /** The folder that an argument names; absent if arguments never name one. */
  folder?(argument: string): string
}

/** What embedders need besides their name. Up to `timeoutMs` it is for `openai-compatible` ones. */
export type EmbedderOptions = {
  /** Up to and including `/v1`. Default: OpenAI's for OpenAI's models; needed for all others. */
  readonly baseUrl?: string
  readonly apiKey?: string
  /** The length of vector to ask the endpoint for, if the model has a choice. */
  readonly dimensions?: number
  readonly batchSize?: number
  readonly retries?: number
  readonly timeoutMs?: number
  /** Vectors kept in memory. */
  readonly cacheEntries?: number
  /** Folder of the built-in embedder. Default: the package's own. */
  readonly builtinFolder?: string
  /**
   * Built-in embedders by their folder: what loads with the same map shares one, so that a text that several parts of a
   * gateway read is measured once. Default: each load makes its own.
   */
  readonly shared?: Map<string, Promise<Embedder>>
  readonly fetch?: typeof fetch
  /** Where local models come from, and how they run. */
  readonly hub?: HubOptions
  readonly inference?: Omit<TextEncoderOptions, 'precision'>
}
