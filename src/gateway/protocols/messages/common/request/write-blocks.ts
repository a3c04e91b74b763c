import { Buffer } from 'node:buffer'
import { type LossList, report } from '../../../common/loss-list.ts'
import type {
  FilePart,
  ImagePart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../../common/parts.ts'
import { unwritten } from '../losses/unwritten.ts'
import { writeCacheMark } from '../values/cache-mark.ts'
import { findRedactedData, findSignature } from '../values/thinking-state.ts'
import { encodeToolCallId } from '../values/tool-call-id.ts'
import { parseToolInput, wrapInvalidInput } from '../values/tool-input.ts'

export type Block = { readonly type: string; readonly [key: string]: unknown }

/** The blocks of a part; none for what Messages does not take: empty text, and reasoning of another model. */
export function writeBlocks(part: Part, path: string, losses: LossList): readonly Block[] {
  switch (part.kind) {
    case 'text':
    case 'image':
    case 'file':
      return writeMediaBlocks(part, path, losses)
    case 'refusal':
      return writeMediaBlocks({ kind: 'text', text: part.text }, path, losses)
    case 'tool-call':
      return [writeToolUse(part, path, losses)]
    case 'tool-result':
      return [writeToolResult(part, path, losses)]
    case 'reasoning':
      return writeThinking(part)
    case 'audio':
      report(losses, unwritten.audio, path)
      return []
  }
}

function writeMediaBlocks(
  part: TextPart | ImagePart | FilePart,
  path: string,
  losses: LossList,
): readonly Block[] {
  switch (part.kind) {
    case 'text': // the API refuses text of white space only
      return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text, ...writeCacheMark(part.cache) }]
    case 'image':
      return writeImage(part, path, losses)
    case 'file':
      return writeDocument(part, path, losses)
  }
}

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

function writeImage(part: ImagePart, path: string, losses: LossList): readonly Block[] {
  if (part.detail === 'low') report(losses, unwritten.imageDetail, `${path}.detail`)
  const { source } = part
  if (source.kind === 'url')
    return [{ type: 'image', source: { type: 'url', url: source.url }, ...writeCacheMark(part.cache) }]
  if (source.kind === 'data' && imageTypes.includes(source.mediaType)) {
    const { mediaType, data } = source
    return [
      {
        type: 'image',
        source: { type: 'base64', media_type: mediaType, data },
        ...writeCacheMark(part.cache),
      },
    ]
  }
  report(losses, source.kind === 'id' ? unwritten.fileId : unwritten.imageType, `${path}.source`)
  return []
}

function writeDocument(part: FilePart, path: string, losses: LossList): readonly Block[] {
  const { source } = part
  const rest = { ...(part.name === undefined ? {} : { title: part.name }), ...writeCacheMark(part.cache) }
  if (source.kind === 'url') return [{ type: 'document', source: { type: 'url', url: source.url }, ...rest }]
  if (source.kind === 'text') return writeTextDocument(source.text, rest)
  if (source.kind === 'data' && source.mediaType === 'application/pdf') {
    const { mediaType, data } = source
    return [{ type: 'document', source: { type: 'base64', media_type: mediaType, data }, ...rest }]
  }
  if (source.kind === 'data' && source.mediaType === 'text/plain')
    return writeTextDocument(Buffer.from(source.data, 'base64').toString('utf8'), rest)
  report(losses, source.kind === 'id' ? unwritten.fileId : unwritten.fileType, `${path}.source`)
  return []
}

function writeTextDocument(data: string, rest: object): readonly Block[] {
  return [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...rest }]
}

function writeToolUse(part: ToolCallPart, path: string, losses: LossList): Block {
  const input = parseToolInput(part.arguments)
  if (input === null) report(losses, unwritten.invalidArguments, `${path}.arguments`)
  return {
    type: 'tool_use',
    id: encodeToolCallId(part.id),
    name: part.name,
    input: input ?? wrapInvalidInput(part.arguments),
    ...writeCacheMark(part.cache),
  }
}

function writeToolResult(part: ToolResultPart, path: string, losses: LossList): Block {
  const content = part.parts.flatMap((inner, index) =>
    writeMediaBlocks(inner, `${path}.content[${index}]`, losses),
  )
  return {
    type: 'tool_result',
    tool_use_id: encodeToolCallId(part.id),
    ...(content.length === 0 ? {} : { content }),
    ...(part.isError ? { is_error: true } : {}),
    ...writeCacheMark(part.cache),
  }
}

function writeThinking({ text, state }: ReasoningPart): readonly Block[] {
  const data = findRedactedData(state)
  if (data !== null) return [{ type: 'redacted_thinking', data }]
  const signature = findSignature(state)
  return signature === null ? [] : [{ type: 'thinking', thinking: text, signature }]
}
