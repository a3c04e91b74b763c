import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../../row.ts'
import { coerceList, coerceObject, coerceText } from '../cells/coerce.ts'
import { plainColumnName } from '../cells/column-names.ts'
import { isReplyBody, type Reply, readReply } from '../reply/chat-reply.ts'
import { joinStream } from '../reply/event-stream.ts'
import { type ChatCall, callOfMessageList, callOfText, cutCall, parseChatCall } from '../request/chat-call.ts'
import { isCutBody } from '../request/cut-text.ts'
import { isMessageList } from '../request/message.ts'

/** A chat request and its reply, wherever a row holds them. */
export type Exchange = {
  /** The call that messages or a request's body make. */
  readonly call: ChatCall | undefined
  /** The call of a nested text that may be a prompt, if nothing better is in the row. */
  readonly textCall: ChatCall | undefined
  /** The request's body. Undefined if the row has only its messages or its text. */
  readonly body: Row | undefined
  readonly reply: Reply
  /** The row, then the objects around the request and around the reply, the nearest to the row first. */
  readonly frames: readonly Row[]
  /** The frames and the objects beside them, such as `metadata` or `metrics`. */
  readonly places: readonly Row[]
}

type Side = 'request' | 'reply' | 'any'
type Visit = {
  readonly value: unknown
  readonly side: Side
  /** The objects around the value, the row first. */
  readonly path: readonly Row[]
  /** Whether the value is all of the reply's side, so that an object is the reply's envelope. */
  readonly isReplySide?: boolean
}

const deepest = 6
/** A log nests a few objects. The limit bounds the time for a row that nests thousands. */
const mostVisits = 400
const mostItems = 8

/** Longer names are not compared with the patterns. */
const longestSideName = 60

const wrapper =
  '(?:http|raw|ai|llm|model|chat|openai|api|backend|full|original|upstream|client|server|proxy|inference)*'
const requestSide = new RegExp(
  `^${wrapper}(?:req|requests?|inputs?|query|prompts?|args|kwargs|params|invocation)(?:body|bodyjson|payload|data|json|object|params|messages?|event|value|kwargs)?(?:str|string|text)?$`,
)
const replySide = new RegExp(
  `^${wrapper}(?:resp|responses?|outputs?|repl(?:y|ies)|completions?|answers?|chunks|generations?)(?:body|bodyjson|payload|data|json|object|messages?|choices|events?|chunks|value)?(?:str|string|text)?$`,
)
/** Parts of a request or a reply that are no wrappers. */
const skipped =
  /^(?:tools|functions|toolchoice|responseformat|messages|contents|choices|logprobs|embeddings?|scores)$/
const nestedText = /^\s*(?:[{["]|data:|event:|id:|:)/

/**
 * Finds a chat request and its reply in a row: the row itself, or nested up to six deep under any names, such as
 * `request` and `response`, `input` and `output`, `args` and `kwargs`, `reqPayload` and `respPayload`, or in JSON inside
 * texts. The nearest of each counts.
 */
export function findExchange(row: Row, pickPrompt: PickPrompt): Exchange {
  const places: Row[] = []
  const frames = new Set<Row>()
  const queue: Visit[] = [{ value: row, side: 'any', path: [] }]
  let call: ChatCall | undefined
  let textCall: ChatCall | undefined
  let body: Row | undefined
  let reply: Reply | undefined
  let textReply: Reply | undefined

  function visit({ value, side, path, isReplySide }: Visit): void {
    if (path.length > 0 && side !== 'request' && reply === undefined) {
      const found = replyOf(value, side)
      if (found !== undefined && typeof value === 'string' && found.tokens.outputTokens === undefined)
        textReply ??= found
      else if (found !== undefined) {
        reply = found
        for (const frame of path) frames.add(frame)
        const envelope = coerceObject(value)
        if (envelope !== undefined && !isReplyBody(envelope)) {
          places.push(envelope)
          frames.add(envelope)
        }
        return
      }
    }
    const list = coerceList(value)
    const object = coerceObject(value)
    if (list !== undefined) visitList(list, side, path)
    else if (object !== undefined) {
      if (isReplySide === true) frames.add(object)
      visitObject(object, side, path)
    } else if (side === 'request') textCall ??= textOf(value)
  }

  function visitList(list: readonly unknown[], side: Side, path: readonly Row[]): void {
    if (call === undefined && side === 'request' && isMessageList(list)) {
      call = callOfMessageList(list, pickPrompt)
      for (const frame of path) frames.add(frame)
      return
    }
    for (const item of list.slice(0, mostItems))
      if (isNested(item, side) && path.length < deepest)
        queue.push({ value: item, side, path: [...path, {}] })
  }

  function visitObject(object: Row, side: Side, path: readonly Row[]): void {
    places.push(object)
    if (side !== 'reply' && call === undefined) {
      call = requestOf(object, { side, depth: path.length }, pickPrompt)
      if (call !== undefined) {
        body = object
        for (const frame of [...path, object]) frames.add(frame)
        // A bare body has the reply beside it.
        if (path.length > 0) return
      } else if (side === 'request') textCall ??= questionOf(object)
    }
    if (path.length === deepest) return
    for (const [name, child] of Object.entries(object)) {
      const plain = plainColumnName(name)
      const childSide = side === 'any' ? sideOf(plain) : side
      // On the request's side other texts are a method, a URL, a role.
      const nestedSide = side === 'request' && typeof child === 'string' ? 'any' : childSide
      if (isNested(child, nestedSide) && !skipped.test(plain))
        queue.push({
          value: child,
          side: childSide,
          path: [...path, object],
          isReplySide: side === 'any' && childSide === 'reply',
        })
    }
  }

  for (let at = 0; at < queue.length && at < mostVisits; at++) visit(queue[at]!)
  return {
    call,
    textCall,
    body,
    reply: reply ?? textReply ?? { tokens: {}, isFailed: false },
    frames: places.filter((place, index) => index === 0 || frames.has(place)),
    places,
  }
}

/** Finds the request in one field of a log: messages, a body, their JSON, each also in wrappers, or a plain text. */
export function parseChatValue(value: unknown, pickPrompt: PickPrompt): ChatCall | undefined {
  const list = coerceList(value)
  if (list !== undefined && isMessageList(list)) return callOfMessageList(list, pickPrompt)
  const object = coerceObject(value)
  if (object === undefined && list === undefined) return textOf(value)
  if (object !== undefined) {
    if (coerceText(object.content) !== undefined || coerceList(object.content) !== undefined)
      return parseChatCall({ messages: [{ role: 'user', ...object }] }, pickPrompt)
    const direct = parseChatCall(object, pickPrompt)
    if (direct !== undefined) return direct
  }
  const { call, textCall } = findExchange({ input: object ?? list }, pickPrompt)
  return call ?? textCall
}

function sideOf(plainName: string): Side {
  if (plainName.length > longestSideName) return 'any'
  if (requestSide.test(plainName)) return 'request'
  return replySide.test(plainName) ? 'reply' : 'any'
}

/** Objects, lists, and texts that may hold them or be a prompt or an answer. */
function isNested(value: unknown, side: Side): boolean {
  if (typeof value === 'string') return side === 'any' ? nestedText.test(value) : value !== ''
  return typeof value === 'object' && value !== null
}

/** The reply that a value holds. On no particular side it must look like one. */
function replyOf(value: unknown, side: Side): Reply | undefined {
  if (side === 'any') {
    const object = coerceObject(value)
    const isReply = object === undefined ? joinStream(value) !== undefined : isReplyBody(object)
    return isReply ? readReply(value) : undefined
  }
  const reply = readReply(value)
  const { answer, model, costUsd, tokens, isFailed } = reply
  const isFound = answer ?? model ?? costUsd ?? tokens.inputTokens ?? tokens.outputTokens
  return isFound !== undefined || isFailed ? reply : undefined
}

/** The call of a request's body. In the row itself, `prompt` and `input` are columns of a table. */
function requestOf(
  object: Row,
  { side, depth }: { readonly side: Side; readonly depth: number },
  pickPrompt: PickPrompt,
): ChatCall | undefined {
  if (coerceList(object.messages) !== undefined || coerceList(object.contents) !== undefined)
    return parseChatCall(object, pickPrompt)
  if (depth === 0) return undefined
  if (isCutBody(object))
    return side === 'request' || object.litellm_truncated === true ? cutCall('unknown') : undefined
  const hasPrompt = ['prompt', 'input'].some(
    (name) => coerceText(object[name]) !== undefined || coerceList(object[name]) !== undefined,
  )
  return hasPrompt && (side === 'request' || 'model' in object)
    ? parseChatCall(object, pickPrompt)
    : undefined
}

const questions = [
  'question',
  'query',
  'message',
  'text',
  'user_input',
  'prompt',
  'input',
  'content',
  'value',
]

/** An application's input in a trace: `{"question": "…"}`. */
function questionOf(object: Row): ChatCall | undefined {
  const text = questions.map((key) => coerceText(object[key])).find((each) => each !== undefined)
  return text === undefined ? undefined : callOfText(text)
}

function textOf(value: unknown): ChatCall | undefined {
  const text = coerceText(value)
  return text === undefined ? undefined : callOfText(text)
}
