import type { Turn } from '../../../common/common-request.ts'
import type { LossList } from '../../../common/loss-list.ts'
import { type Block, writeBlocks } from './write-blocks.ts'

export type WrittenMessage = { readonly role: Turn['role']; readonly content: string | readonly Block[] }

/**
 * The `messages` of a request. Turns of one role that follow each other become one, since roles alternate; a user's
 * message begins with its tool results, as the API demands after a message that calls tools.
 */
export function writeTurns(turns: readonly Turn[], losses: LossList): WrittenMessage[] {
  const messages: { role: Turn['role']; content: Block[] }[] = []
  for (const [at, turn] of turns.entries()) {
    const content = turn.parts.flatMap((part, index) =>
      writeBlocks(part, `messages[${at}].content[${index}]`, losses),
    )
    if (content.length === 0) continue
    const last = messages.at(-1)
    if (last?.role === turn.role) for (const block of content) last.content.push(block)
    else messages.push({ role: turn.role, content })
  }
  return messages.map(({ role, content }) => ({
    role,
    content: shortenContent(role === 'user' ? putResultsFirst(content) : content),
  }))
}

function putResultsFirst(content: readonly Block[]): readonly Block[] {
  const results = content.filter(({ type }) => type === 'tool_result')
  return results.length === 0
    ? content
    : [...results, ...content.filter(({ type }) => type !== 'tool_result')]
}

/** A single text without a cache mark is written as the text. */
function shortenContent(content: readonly Block[]): string | readonly Block[] {
  const [only] = content
  const isPlain = content.length === 1 && only?.type === 'text' && only.cache_control === undefined
  return isPlain && typeof only.text === 'string' ? only.text : content
}
