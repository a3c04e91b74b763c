import type { Turn } from '../../../common/common-request.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import type { Part, ToolResultPart } from '../../../common/parts.ts'
import { encryptedForm } from '../state-form.ts'
import { unwritten } from './unwritten.ts'
import { noteCache, writeContent } from './write-content.ts'

type Written = Record<string, unknown>

/** The items of `input`: a message for the texts and media in a row, and one item for each call, output and piece of reasoning. */
export function writeItems(turns: readonly Turn[], losses: LossList): Written[] {
  const items: Written[] = []
  let content: Written[] = []

  function finishMessage(role: Turn['role']): void {
    if (content.length > 0) items.push({ type: 'message', role, content })
    content = []
  }

  for (const [turnIndex, turn] of turns.entries()) {
    for (const [partIndex, part] of turn.parts.entries()) {
      const path = `messages[${turnIndex}].content[${partIndex}]`
      const written = turn.role === 'user' ? writeUserPart(part, path) : writeAssistantPart(part, path)
      if (written === null) continue
      if ('content' in written) content.push(...written.content)
      else {
        finishMessage(turn.role)
        items.push(written.item)
      }
    }
    finishMessage(turn.role)
  }
  return items

  function writeUserPart(part: Part, path: string): WrittenPart | null {
    switch (part.kind) {
      case 'text':
      case 'image':
      case 'file':
      case 'audio':
        return { content: writeContent([part], path, losses) }
      case 'tool-result':
        return { item: writeResult(part, path) }
      default:
        losses.add(path, 'refused', `a turn of the user holds no ${part.kind}`)
        return null
    }
  }

  function writeResult(part: ToolResultPart, path: string): Written {
    noteCache(part, path, losses)
    if (part.isError) report(losses, unwritten.isError, `${path}.is_error`)
    const [only] = part.parts
    const isText = part.parts.length === 0 || (part.parts.length === 1 && only?.kind === 'text')
    const output = writeContent(part.parts, path, losses)
    return {
      type: 'function_call_output',
      call_id: part.id,
      output: isText ? (output[0]?.text ?? '') : output,
    }
  }

  function writeAssistantPart(part: Part, path: string): WrittenPart | null {
    if ('cache' in part) noteCache(part, path, losses)
    switch (part.kind) {
      case 'text':
        return { content: [{ type: 'output_text', text: part.text }] }
      case 'refusal':
        return { content: [{ type: 'refusal', refusal: part.text }] }
      case 'tool-call':
        return {
          item: {
            type: 'function_call',
            call_id: part.id,
            name: part.name,
            arguments: part.arguments || '{}',
          },
        }
      case 'reasoning': {
        // Reasoning without state of this form is another model's, or text that the API does not take back.
        const { state } = part
        if (state === null || state.form !== encryptedForm) return null
        return {
          item: {
            type: 'reasoning',
            ...(state.id !== undefined && { id: state.id }),
            summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }],
            encrypted_content: state.value,
          },
        }
      }
      default:
        losses.add(path, 'refused', `a turn of the assistant holds no ${part.kind} in Responses`)
        return null
    }
  }
}

type WrittenPart = { readonly content: readonly Written[] } | { readonly item: Written }
