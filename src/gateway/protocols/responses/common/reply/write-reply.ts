import type { ReplyContext } from '../../../common/common-form.ts'
import type { CommonReply } from '../../../common/common-reply.ts'
import { createLossList } from '../../../common/loss-list.ts'
import { readClientTools } from '../tools/client-tools.ts'
import {
  callItem,
  callStateItem,
  type ItemStatus,
  itemId,
  type OutputItem,
  reasoningItem,
  refusalItem,
  responseId,
  textItem,
} from './output-item.ts'
import { repeatedFields } from './response-fields.ts'
import { writeStatus } from './status.ts'
import { writeUsage } from './usage.ts'

/** Writes a whole response. Its ids are made of the reply's, so that the same reply always has the same ids. */
export function writeReply(reply: CommonReply, context: ReplyContext): Record<string, unknown> {
  const status = writeStatus(
    reply.stop,
    reply.parts.some(({ kind }) => kind === 'refusal'),
  )
  return {
    id: responseId(reply.id || context.id),
    object: 'response',
    created_at: context.created,
    ...status,
    error: null,
    model: reply.model,
    output: writeOutput(reply, context, status.status),
    ...repeatedFields(context),
    store: false,
    usage: writeUsage(reply.usage),
  }
}

/** What a reply is cut off in is its last item. */
function writeOutput(reply: CommonReply, context: ReplyContext, end: ItemStatus): readonly OutputItem[] {
  const tools = readClientTools(context.body, createLossList())
  const replyId = reply.id || context.id
  const output: OutputItem[] = []
  for (const [partIndex, part] of reply.parts.entries()) {
    const status = partIndex === reply.parts.length - 1 ? end : 'completed'
    switch (part.kind) {
      case 'text':
        output.push(textItem(itemId('msg', replyId, output.length), part.text, status))
        break
      case 'refusal':
        output.push(refusalItem(itemId('msg', replyId, output.length), part.text, status))
        break
      case 'reasoning':
        output.push(reasoningItem(itemId('rs', replyId, output.length), part.text, part.state))
        break
      case 'tool-call':
        if (part.state !== undefined)
          output.push(callStateItem(itemId('rs', replyId, output.length), part.state, part.id))
        output.push(callItem(part, tools.find(part.name), { replyId, index: output.length, status }))
    }
  }
  return output
}
