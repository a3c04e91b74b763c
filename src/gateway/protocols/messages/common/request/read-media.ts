import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import type { FilePart, ImagePart, MediaSource, TextPart } from '../../../common/parts.ts'
import { unread } from '../losses/unread.ts'
import { readCacheMark } from '../values/cache-mark.ts'
import { isSet } from '../values/is-set.ts'

/** The blocks that a message and a tool result can both have. */
export function readMediaBlock(
  block: JsonObject,
  path: string,
  losses: LossList,
): readonly (TextPart | ImagePart | FilePart)[] {
  switch (block.type) {
    case 'text':
      if (isSet(block.citations)) report(losses, unread.citations, `${path}.citations`)
      return [{ kind: 'text', text: textOf(block.text) ?? '', ...readCacheMark(block) }]
    case 'image':
      return readImage(block, path, losses)
    case 'document':
      return readDocument(block, path, losses)
    case 'search_result':
      return [readSearchResult(block, path, losses)]
    default: {
      const isServers = typeof block.type === 'string' && /^server_|_tool_result$/.test(block.type)
      report(losses, isServers ? unread.serverBlock : unread.block, path)
      return []
    }
  }
}

function readImage(block: JsonObject, path: string, losses: LossList): readonly ImagePart[] {
  if (isSet(block.transformations)) report(losses, unread.transformations, `${path}.transformations`)
  const source = readSource(block.source)
  if (source !== null) return [{ kind: 'image', source, ...readCacheMark(block) }]
  report(losses, unread.block, `${path}.source`)
  return []
}

function readDocument(block: JsonObject, path: string, losses: LossList): readonly (FilePart | ImagePart)[] {
  readCitations(block, path, losses)
  if (isSet(block.context)) report(losses, unread.documentContext, `${path}.context`)
  const title = textOf(block.title)
  const rest = { ...(title === null ? {} : { name: title }), ...readCacheMark(block) }
  const given = block.source
  if (isObject(given) && given.type === 'text')
    return [{ kind: 'file', source: { kind: 'text', text: textOf(given.data) ?? '' }, ...rest }]
  if (isObject(given) && given.type === 'content') {
    const { images, text } = readInnerContent(given.content, `${path}.source.content`, losses)
    return [...images, { kind: 'file', source: { kind: 'text', text }, ...rest }]
  }
  const source = readSource(given)
  if (source !== null) return [{ kind: 'file', source, ...rest }]
  report(losses, unread.block, `${path}.source`)
  return []
}

function readSearchResult(block: JsonObject, path: string, losses: LossList): FilePart {
  readCitations(block, path, losses)
  report(losses, unread.searchSource, `${path}.source`)
  const { text } = readInnerContent(block.content, `${path}.content`, losses)
  const title = textOf(block.title)
  return {
    kind: 'file',
    source: { kind: 'text', text },
    ...(title === null ? {} : { name: title }),
    ...readCacheMark(block),
  }
}

/** The content of a document or search result: texts and images, never further documents. */
function readInnerContent(
  content: unknown,
  path: string,
  losses: LossList,
): { readonly images: readonly ImagePart[]; readonly text: string } {
  if (typeof content === 'string') return { images: [], text: content }
  const images: ImagePart[] = []
  const texts: string[] = []
  for (const [index, block] of (Array.isArray(content) ? content : []).entries()) {
    if (!isObject(block)) continue
    if (block.type === 'text') texts.push(textOf(block.text) ?? '')
    else if (block.type === 'image') images.push(...readImage(block, `${path}[${index}]`, losses))
    else report(losses, unread.block, `${path}[${index}]`)
  }
  return { images, text: texts.join('\n') }
}

function readCitations(block: JsonObject, path: string, losses: LossList): void {
  if (isObject(block.citations) && block.citations.enabled === true)
    report(losses, unread.citationsWanted, `${path}.citations`)
}

function readSource(source: unknown): MediaSource | null {
  if (!isObject(source)) return null
  const { type, data, media_type: mediaType, url, file_id: id } = source
  if (type === 'base64' && typeof data === 'string' && typeof mediaType === 'string')
    return { kind: 'data', mediaType, data }
  if (type === 'url' && typeof url === 'string') return { kind: 'url', url }
  if (type === 'file' && typeof id === 'string') return { kind: 'id', id }
  return null
}
