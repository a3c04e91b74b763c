import { type JsonObject, listOf, objectOf } from '../../../common/json-fields.ts'

/** The texts of a message or of a delta. */
export type MessageText = { readonly text: string; readonly refusal: string; readonly thinking: string }

/** Content is text or, from some servers, a list of parts; Mistral's has `thinking` parts. */
export function readMessageText(message: JsonObject): MessageText {
  const refusal = typeof message.refusal === 'string' ? message.refusal : ''
  if (typeof message.content === 'string') return { text: message.content, refusal, thinking: '' }
  const found = { text: '', refusal, thinking: '' }
  for (const item of listOf(message.content)) {
    const part = objectOf(item)
    if (part?.type === 'thinking') found.thinking += textOf(part.thinking)
    else if (typeof part?.text === 'string') found.text += part.text
    else if (typeof part?.refusal === 'string') found.refusal += part.refusal
  }
  return found
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return listOf(value)
    .map((item) => objectOf(item)?.text)
    .filter((text) => typeof text === 'string')
    .join('')
}
