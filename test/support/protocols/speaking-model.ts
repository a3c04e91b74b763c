import type { Respond, SeenRequest } from '../upstream.ts'
import { chatEvents, chatReply, deepseekAccent } from './speech/chat.ts'
import { messagesEvents, messagesReply } from './speech/messages.ts'
import { responsesEvents, responsesReply } from './speech/responses.ts'
import type { Turn } from './speech/turn.ts'

/**
 * A model that speaks the three protocols, as an upstream: it thinks, calls the tool `add` if it is given one and has no
 * result yet, and answers "It is 12." otherwise. Its replies have the shapes of the providers' API references
 * (developers.openai.com/api/reference, platform.claude.com/docs/en/api/messages) of November 2026.
 */
export const speakingModel: Respond = (seen) => {
  const body = JSON.parse(seen.body.toString())
  const text = seen.body.toString()
  const path = new URL(seen.path, 'http://x').pathname
  const protocol = path.endsWith('/messages')
    ? 'messages'
    : path.endsWith('/responses')
      ? 'responses'
      : 'chat'
  const callsTool = Array.isArray(body.tools) && !text.includes(toolResult)
  if (body.stream === true) {
    seen.response.writeHead(200, { 'content-type': 'text/event-stream' })
    seen.response.end(streams[protocol](callsTool).join(''))
  } else sendJson(seen, 200, replies[protocol](callsTool))
}

/** Tests send it as the tool's result. */
export const toolResult = 'twelve'
export const answer = 'It is 12.'
export const reasoning = 'Let me see.'
export const toolArguments = '{"a": 5, "b": 7}'
/** What each protocol's model wants back, byte for byte. */
export const states = {
  chat: reasoning,
  messages: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h',
  responses: 'gAAAAABo-encrypted',
} as const

/** @param state of the reasoning; null if the protocol has none. */
function turnOf(callsTool: boolean, state: string | null): Turn {
  return {
    reasoning: { text: reasoning, state },
    text: callsTool ? null : answer,
    call: callsTool ? { name: 'add', arguments: toolArguments } : null,
  }
}

/** Whole replies by protocol. @param callsTool whether it calls the tool `add` instead of answering. */
export const replies = {
  chat: (callsTool: boolean) => chatReply(turnOf(callsTool, null), deepseekAccent),
  messages: (callsTool: boolean) => messagesReply(turnOf(callsTool, states.messages)),
  responses: (callsTool: boolean) => responsesReply(turnOf(callsTool, states.responses)),
}

/** The events of streamed replies. @param callsTool as for `replies`. */
export const streams = {
  chat: (callsTool: boolean) => chatEvents(turnOf(callsTool, null), deepseekAccent),
  messages: (callsTool: boolean) => messagesEvents(turnOf(callsTool, states.messages)),
  responses: (callsTool: boolean) => responsesEvents(turnOf(callsTool, states.responses)),
}

function sendJson({ response }: SeenRequest, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
