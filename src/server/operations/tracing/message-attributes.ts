import type { Protocol } from '../../../gateway/protocols/protocol.ts'
import { protocols } from '../../../gateway/protocols/registry.ts'
import type { RequestRecord } from '../../../gateway/request-record.ts'
import type { ChatMessage } from '../../../routing/prompts/prompt-rule.ts'

/**
 * `gen_ai.input.messages` and `gen_ai.output.messages`, as JSON: the texts of the conversation and of the answer. Empty if no
 * text is kept, or if it was cut and cannot be read.
 */
export function describeMessages({
  text,
  protocol: name,
  stream,
}: RequestRecord): Readonly<Record<string, string>> {
  const protocol = protocols.find((each) => each.name === name)
  if (text === null || protocol === undefined) return {}
  const input = readInput(protocol, text.request.bytes)
  const answer = protocol.readAnswer(text.response.bytes, stream)
  return {
    ...(input !== null && { 'gen_ai.input.messages': JSON.stringify(input.map(toMessage)) }),
    ...(answer !== null && {
      'gen_ai.output.messages': JSON.stringify(
        answer.texts.map((content) => ({ role: 'assistant', parts: [{ type: 'text', content }] })),
      ),
    }),
  }
}

function readInput(protocol: Protocol, bytes: Buffer): readonly ChatMessage[] | null {
  try {
    return protocol.parse(bytes).messages
  } catch {
    return null // a body that was cut, or that was refused
  }
}

function toMessage({ role, content }: ChatMessage) {
  return { role, parts: toTexts(content).map((text) => ({ type: 'text', content: text })) }
}

function toTexts(content: unknown): readonly string[] {
  if (typeof content === 'string') return [content]
  if (!Array.isArray(content)) return []
  return content.flatMap((part: unknown) => {
    const text: unknown = typeof part === 'object' && part !== null ? Reflect.get(part, 'text') : null
    return typeof text === 'string' ? [text] : []
  })
}
