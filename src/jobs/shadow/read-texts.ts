import type { Buffer } from 'node:buffer'
import type { CommonForm } from '../../gateway/protocols/common/common-form.ts'
import type { Part } from '../../gateway/protocols/common/parts.ts'

type JsonObject = Readonly<Record<string, unknown>>

/**
 * The text of a conversation, for a judge: its instructions, then its turns. A conversation of a single message is that message.
 * Null if it has images, sounds or files, which a judge of texts does not see.
 */
export function readQuestion(form: CommonForm, body: JsonObject): string | null {
  const { system, turns } = form.readRequest(body).request
  const blocks: { readonly role: string; readonly text: string }[] = []
  const instructions = system.map(({ text }) => text).join('\n')
  if (instructions !== '') blocks.push({ role: 'Instructions', text: instructions })
  for (const { role, parts } of turns) {
    const text = toText(parts)
    if (text === null) return null
    blocks.push({ role: role === 'user' ? 'User' : 'Assistant', text })
  }
  const [only] = blocks
  if (blocks.length === 1 && only?.role === 'User') return only.text
  return blocks.map(({ role, text }) => `${role}:\n${text}`).join('\n\n')
}

/**
 * What a reply says: its text and refusals, and its calls of tools as text. Reasoning is no part of it.
 *
 * @returns null if it is no reply, or an empty one.
 */
export function readReplyText(form: CommonForm, reply: Buffer, isEventStream: boolean): string | null {
  const text = isEventStream ? readEvents(form, reply) : readDocument(form, reply)
  return text === null || text.trim() === '' ? null : text
}

function readDocument(form: CommonForm, reply: Buffer): string | null {
  let value: unknown
  try {
    value = JSON.parse(reply.toString('utf8'))
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const read = form.readReply(value as JsonObject)
  return read === null ? null : toText(read.parts)
}

function readEvents(form: CommonForm, reply: Buffer): string | null {
  const parts = new Map<number, { before: string; text: string; after: string }>()
  let isWhole = false
  const reader = form.createEventReader((event) => {
    if (event.kind === 'part-start') {
      const { part } = event
      if (part.kind === 'tool-call')
        parts.set(event.index, { before: `[calls ${part.name} with `, text: '', after: ']' })
      else if (part.kind !== 'reasoning') parts.set(event.index, { before: '', text: '', after: '' })
    } else if (event.kind === 'delta') {
      const part = parts.get(event.index)
      if (part !== undefined) part.text += event.text
    } else if (event.kind === 'end' || event.kind === 'stop') isWhole = true
  })
  reader.push(reply)
  reader.end()
  if (!isWhole) return null
  return Array.from(parts.values(), ({ before, text, after }) => before + text + after).join('\n')
}

function toText(parts: readonly Part[]): string | null {
  const texts: string[] = []
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
      case 'refusal':
        texts.push(part.text)
        break
      case 'tool-call':
        texts.push(`[calls ${part.name} with ${part.arguments}]`)
        break
      case 'tool-result': {
        const text = toText(part.parts)
        if (text === null) return null
        texts.push(`[result: ${text}]`)
        break
      }
      case 'reasoning':
        break
      default:
        return null
    }
  }
  return texts.join('\n')
}
