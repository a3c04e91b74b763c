import type { Loss } from '../../../common/common-request.ts'
import { type JsonObject, objectOf } from '../../../common/json-fields.ts'
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  MediaSource,
  RefusalPart,
  TextPart,
} from '../../../common/parts.ts'
import { findLosses } from '../../../common/untranslated-field.ts'
import { toText } from '../json-values.ts'
import { unread } from './unread.ts'
import { messageLosses } from './untranslated-fields.ts'

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart | RefusalPart

/**
 * The parts of a message's content: text, or a list of parts.
 *
 * @param path of the content in the client's request.
 */
export function readContent(content: unknown, path: string, losses: Loss[]): ContentPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  if (content === null || content === undefined) return []
  if (!Array.isArray(content)) {
    losses.push({ field: path, kind: 'refused', why: 'it is neither text nor a list of parts' })
    return []
  }
  const parts: ContentPart[] = []
  for (let index = 0; index < content.length; index++) {
    const item: unknown = content[index]
    const partPath = `${path}[${index}]`
    const part = typeof item === 'string' ? { type: 'text', text: item } : objectOf(item)
    const read = part === null ? null : readPart(part, partPath, losses)
    if (part === null || read === null) {
      losses.push({ ...unread.part, field: partPath })
      continue
    }
    losses.push(...findLosses(part, messageLosses, partMembers, `${partPath}.`))
    parts.push(read)
  }
  return parts
}

const partMembers: ReadonlySet<string> = new Set([
  ...['type', 'text', 'refusal', 'image_url', 'file', 'input_audio', 'cache_control'],
])

function readPart(part: JsonObject, path: string, losses: Loss[]): ContentPart | null {
  const cache = readCacheMark(part.cache_control)
  switch (part.type) {
    case 'text':
      return typeof part.text === 'string' ? { kind: 'text', text: part.text, ...cache } : null
    case 'refusal':
      return typeof part.refusal === 'string' ? { kind: 'refusal', text: part.refusal } : null
    case 'image_url': {
      const image = typeof part.image_url === 'string' ? { url: part.image_url } : objectOf(part.image_url)
      const url = image === null ? null : toText(image.url)
      if (image === null || url === null) return null
      return { kind: 'image', source: toMediaSource(url), ...readDetail(image, path, losses), ...cache }
    }
    case 'input_audio': {
      const audio = objectOf(part.input_audio)
      const [data, format] = [toText(audio?.data), toText(audio?.format)]
      return data === null || format === null ? null : { kind: 'audio', data, format }
    }
    case 'file':
      return readFile(objectOf(part.file), cache)
    default:
      return null
  }
}

function readDetail(image: JsonObject, path: string, losses: Loss[]): Pick<ImagePart, 'detail'> {
  const { detail } = image
  if (detail === 'low' || detail === 'high' || detail === 'auto') return { detail }
  if (detail !== undefined && detail !== null)
    losses.push({ ...unread.imageDetail, field: `${path}.image_url.detail` })
  return {}
}

function readFile(file: JsonObject | null, cache: { cache?: CacheMark }): FilePart | null {
  const [data, id, filename] = [toText(file?.file_data), toText(file?.file_id), toText(file?.filename)]
  const source: MediaSource | null =
    data !== null ? toFileSource(data, filename) : id !== null ? { kind: 'id', id } : null
  if (source === null) return null
  return { kind: 'file', source, ...(filename === null ? {} : { name: filename }), ...cache }
}

/** OpenAI documents a data URL, some clients send base64 alone, and OpenRouter's also send an address. */
function toFileSource(data: string, filename: string | null): MediaSource {
  if (data.startsWith('data:') || /^https?:\/\//.test(data)) return toMediaSource(data)
  const isText = filename?.toLowerCase().endsWith('.txt') === true
  return { kind: 'data', mediaType: isText ? 'text/plain' : 'application/pdf', data }
}

/** Media types are shorter, so that only the beginning of a large data URL is searched. */
const maxHeaderLength = 256

/** A data URL of base64 as data; any other as an address. */
function toMediaSource(url: string): MediaSource {
  const header = url.slice(0, maxHeaderLength)
  const comma = header.indexOf(',')
  if (!header.startsWith('data:') || comma === -1) return { kind: 'url', url }
  const [mediaType = '', ...parameters] = header.slice('data:'.length, comma).split(';')
  if (mediaType === '' || parameters.at(-1) !== 'base64') return { kind: 'url', url }
  return { kind: 'data', mediaType, data: url.slice(comma + 1) }
}

/** Anthropic's `cache_control`, which OpenRouter takes in chat requests too. */
export function readCacheMark(value: unknown): { cache?: CacheMark } {
  const mark = objectOf(value)
  if (mark?.type !== 'ephemeral') return {}
  return { cache: { ttl: mark.ttl === '1h' ? '1h' : '5m' } }
}
