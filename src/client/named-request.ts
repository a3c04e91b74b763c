import type { RequestOrigin } from '../gateway/decide/route-request.ts'
import { findNeeds } from '../gateway/protocols/chat-completions/request-needs.ts'
import { noNeeds, type RequestNeeds } from '../routing/catalogue/request-needs.ts'
import type { ChatMessage } from '../routing/prompts/prompt-rule.ts'
import { plainHeaders, type RequestOptions } from './request-options.ts'

/** A request that names a model. */
export type NamedRequest = {
  readonly model: string
  /** The conversation of a chat completion to create; null for every other request. */
  readonly messages: readonly ChatMessage[] | null
  /** What its content needs of the model that answers it. */
  readonly needs: RequestNeeds
  /** What says which conversation it belongs to. */
  readonly origin: RequestOrigin
  /** The same request for another name of the model. */
  rename(model: string): RequestOptions
}

const chatCompletionsPath = '/chat/completions'
const modelPath = /^\/models\/([^/?]+)$/

/**
 * The model that a request names: in the field `model` of its JSON or form, or in the path of `/models/<name>`. Undefined
 * for a request that names none, and for one to an absolute URL, whose caller has chosen where it goes.
 */
export function parseNamedRequest(options: RequestOptions): NamedRequest | undefined {
  const { method, path, body } = options
  const origin = { headers: lowerCaseHeaders(options.headers), body }
  if (!path.startsWith('/')) return undefined
  const inPath = modelPath.exec(path)?.[1]
  if (inPath !== undefined)
    return {
      model: decodeURIComponent(inPath),
      messages: null,
      needs: noNeeds,
      origin,
      rename: (model) => ({ ...options, path: `/models/${encodeURIComponent(model)}` }),
    }
  if (body instanceof FormData) return parseForm(options, body, origin)
  if (typeof body !== 'object' || body === null || !('model' in body) || typeof body.model !== 'string')
    return undefined
  const isChat = method === 'post' && path === chatCompletionsPath
  return {
    model: body.model,
    messages: isChat ? toMessages('messages' in body ? body.messages : undefined) : null,
    needs: isChat ? findNeeds(body) : noNeeds,
    origin,
    rename: (model) => ({ ...options, body: { ...body, model } }),
  }
}

function parseForm(options: RequestOptions, form: FormData, origin: RequestOrigin): NamedRequest | undefined {
  const named = form.get('model')
  if (typeof named !== 'string') return undefined
  return {
    model: named,
    messages: null,
    needs: noNeeds,
    origin,
    rename(model) {
      const renamed = new FormData()
      for (const [name, value] of form) if (name !== 'model') renamed.append(name, value)
      renamed.append('model', model)
      return { ...options, body: renamed }
    },
  }
}

/** The headers of a call with names in lower case, as a server gets them. */
export function lowerCaseHeaders(headers: RequestOptions['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plainHeaders(headers).flatMap(([name, value]) => (value === null ? [] : [[name.toLowerCase(), value]])),
  )
}

function toMessages(messages: unknown): readonly ChatMessage[] {
  return Array.isArray(messages) ? messages.filter(isMessage) : []
}

function isMessage(value: unknown): value is ChatMessage {
  return typeof value === 'object' && value !== null && 'role' in value && typeof value.role === 'string'
}
