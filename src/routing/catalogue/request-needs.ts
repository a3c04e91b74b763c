import { estimateTokens } from '../../base/text/tokens/estimate-tokens.ts'
import type { RouteLLMError } from '../../errors.ts'
import type { Modality, Model } from './model.ts'

/** What a request needs of the model that answers it. */
export type RequestNeeds = {
  /** Tokens of everything that is sent, estimated; 0 if nothing is known. */
  readonly inputTokens: number
  /** The most tokens of the reply that the client asks for; null if it sets no limit. */
  readonly maxOutputTokens: number | null
  /** Kinds of content besides text. */
  readonly modalities: readonly Modality[]
  /** Whether the request brings tools. */
  readonly tools: boolean
  /** Whether the reply must follow a JSON schema. */
  readonly structuredOutput: boolean
  /** The region that the model must run in; null if any will do. */
  readonly region: string | null
  /** The provider that keeps what the request continues. Absent: any will do. */
  readonly provider?: string
  /** The providers that serve the path of the request. Absent: all do. */
  readonly servedBy?: ReadonlySet<string>
  /** Tags that the model must have. */
  readonly tags: readonly string[]
  /** Whether a model takes no requests now, because its provider fails or has asked for a pause. Absent: all take some. */
  readonly isUnavailable?: (model: Model) => boolean
  /** What the client's key and the budgets allow. Absent: every model, at any cost. */
  readonly allowance?: Allowance
}

/** What the client's key, and the budgets that a request counts against, allow it. */
export type Allowance = {
  /** Why the request may not go to the model; null if it may. Takes constant time. */
  findExclusion(model: Model, needs: RequestNeeds): AllowanceExclusion | null
  /** The error for a request that may go to none of the models because of this. */
  refuse(excluded: 'not-allowed' | 'budget', models: readonly Model[]): RouteLLMError
}

export type AllowanceExclusion =
  | 'not-allowed'
  /** There is a dollar budget, and the model has no price. */
  | 'unpriced'
  /** What is left of a dollar budget is less than the expected dollars of the call. */
  | 'budget'

/** The needs of a request of which nothing is known: every model meets them. */
export const noNeeds: RequestNeeds = {
  inputTokens: 0,
  maxOutputTokens: null,
  modalities: [],
  tools: false,
  structuredOutput: false,
  region: null,
  tags: [],
}

/** The needs of a prompt that is sent alone. */
export function needsOfPrompt(prompt: string): RequestNeeds {
  return { ...noNeeds, inputTokens: Math.ceil(estimateTokens(prompt)) + tokensOfMessage }
}

/** What the form of a conversation adds to each message: role and separators. */
export const tokensOfMessage = 4

/** What a request demands besides what its content needs. */
export type Demands = Pick<RequestNeeds, 'region' | 'tags'>

/** The needs of what a request contains, with what it demands. */
export function withDemands(needs: RequestNeeds, { region, tags }: Demands): RequestNeeds {
  return region === null && tags.length === 0 ? needs : { ...needs, region, tags }
}
