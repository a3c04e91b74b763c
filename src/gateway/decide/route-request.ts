import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import type { ChatMessage } from '../../routing/prompts/prompt-rule.ts'
import type { ConversationRequest } from '../../routing/sessions/session-id.ts'
import type { SessionRequest } from '../../routing/sessions/sessions.ts'
import type { RequestPace } from './decided-pace.ts'

/** The input of a decision: a chat request's model and messages, or a prompt. */
export type RouteRequest = {
  readonly model: string
  /** The request's own id, by which chance decides for it outside of a conversation. Default: none; nothing is drawn for it there. */
  readonly id?: string
  /** Default: nothing is known, and every model meets it. */
  readonly needs?: RequestNeeds
  /** What says which conversation the request belongs to. Default: none; it is decided alone. */
  readonly origin?: RequestOrigin
  /** What the client's key may name. Default: everything. */
  readonly key?: PolicyAccess
  /** Default: a dollar counts as usual. */
  readonly pace?: RequestPace
} & ({ readonly messages: readonly ChatMessage[] } | { readonly prompt: string })

/** The client's headers and the parsed body, and whose request it is. */
export type RequestOrigin = Pick<ConversationRequest, 'headers' | 'body'> & Pick<SessionRequest, 'client'>

export type PolicyAccess = {
  /** The name of the key. */
  readonly name: string
  /** Names of policies; null: every policy and every router. */
  readonly policies: ReadonlySet<string> | null
  /** Whether it may name models themselves, and not its policies only. */
  readonly namesModels: boolean
}
