import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  MediaSource,
  RefusalPart,
  TextPart,
} from '../../../common/parts.ts'
import { unread } from './unread.ts'

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart | RefusalPart

/** The content of a message or of a tool's output: text, or a list of parts. Empty text is no part. */
export function readContent(content: unknown, path: string, losses: LossList): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  if (!Array.isArray(content)) {
    if (content !== null && content !== undefined)
      losses.add(path, 'refused', 'content is text or a list of parts')
    return []
  }
  const parts: ContentPart[] = []
  for (const [index, item] of content.entries()) {
    const part = readPart(item, `${path}[${index}]`, losses)
    if (part !== null) parts.push(part)
  }
  return parts
}

function readPart(part: unknown, path: string, losses: LossList): ContentPart | null {
  if (!isObject(part)) {
    losses.add(path, 'refused', 'a part of content is an object')
    return null
  }
  const cache = readBreakpoint(part, path, losses)
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      if (Array.isArray(part.annotations) && part.annotations.length > 0)
        report(losses, unread.annotations, `${path}.annotations`)
      return { kind: 'text', text: textOf(part.text) ?? '', ...cache }
    case 'refusal':
      return { kind: 'refusal', text: textOf(part.refusal) ?? '' }
    case 'input_image':
      return readImage(part, path, losses, cache)
    case 'input_file':
      return readFile(part, path, losses, cache)
    case 'input_audio': {
      const audio = isObject(part.input_audio) ? part.input_audio : part
      return { kind: 'audio', data: textOf(audio.data) ?? '', format: textOf(audio.format) ?? '' }
    }
    default:
      report(losses, unread.content, path)
      return null
  }
}

function readImage(
  part: JsonObject,
  path: string,
  losses: LossList,
  cache: { cache?: CacheMark },
): ImagePart | null {
  const url = textOf(part.image_url)
  const id = textOf(part.file_id)
  const source = url !== null ? readAddress(url) : id !== null ? { kind: 'id' as const, id } : null
  if (source === null) {
    losses.add(path, 'refused', 'the image has neither image_url nor file_id')
    return null
  }
  const detail = part.detail
  if (detail === 'original') report(losses, unread.imageDetail, `${path}.detail`)
  const isKnown = detail === 'low' || detail === 'high' || detail === 'auto'
  return {
    kind: 'image',
    source,
    ...(detail === 'original' ? { detail: 'high' } : isKnown && { detail }),
    ...cache,
  }
}

function readFile(
  part: JsonObject,
  path: string,
  losses: LossList,
  cache: { cache?: CacheMark },
): FilePart | null {
  const data = textOf(part.file_data)
  const url = textOf(part.file_url)
  const id = textOf(part.file_id)
  const name = textOf(part.filename)
  if (part.detail !== undefined && part.detail !== null && part.detail !== 'auto')
    report(losses, unread.fileDetail, `${path}.detail`)
  const source: MediaSource | null =
    data !== null
      ? readFileData(data, name)
      : url !== null
        ? readAddress(url)
        : id !== null
          ? { kind: 'id', id }
          : null
  if (source === null) {
    losses.add(path, 'refused', 'the file has neither file_data, file_url nor file_id')
    return null
  }
  return { kind: 'file', source, ...(name !== null && { name }), ...cache }
}

/** An address on the web, or data in the address itself: `data:image/png;base64,…`. */
function readAddress(url: string): MediaSource {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  const head = comma === -1 ? '' : url.slice(5, comma)
  if (!head.endsWith(';base64')) return { kind: 'url', url }
  return { kind: 'data', mediaType: head.slice(0, -7), data: url.slice(comma + 1) }
}

/** `file_data` is a data address, or base64 alone; then the name tells what it is. */
function readFileData(data: string, name: string | null): MediaSource {
  const source = readAddress(data)
  if (source.kind === 'data') return source
  const ending = name?.slice(name.lastIndexOf('.') + 1).toLowerCase() ?? ''
  return { kind: 'data', mediaType: mediaTypes.get(ending) ?? 'application/octet-stream', data }
}

const mediaTypes = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['json', 'application/json'],
])

/** A breakpoint lives 30 minutes at least, so that of the two lifetimes that the common form knows it is the hour. */
function readBreakpoint(part: JsonObject, path: string, losses: LossList): { cache?: CacheMark } {
  const breakpoint = part.prompt_cache_breakpoint
  if (!isObject(breakpoint)) return {}
  if (breakpoint.ttl === '12h') report(losses, unread.longCache, `${path}.prompt_cache_breakpoint.ttl`)
  return { cache: { ttl: '1h' } }
}
