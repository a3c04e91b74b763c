import type { Loss } from '../../../common/common-request.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import type { CacheMark, FilePart, ImagePart, Part, TextPart } from '../../../common/parts.ts'
import type { ChatDialect } from '../dialect.ts'
import { unwritten } from './unwritten.ts'

/** What a user message may hold. */
export type MessagePart = Extract<Part, { kind: 'text' | 'image' | 'file' | 'audio' }>

/** Writes the content of messages in a server's dialect. */
export type ContentWriter = {
  /** A string for one plain text, or for texts that the dialect joins; else a list of parts. */
  write(parts: readonly MessagePart[], path: string): string | JsonObject[]
  /** The member for a cache mark; none if the dialect has none. */
  cacheMember(cache: CacheMark | undefined): JsonObject
}

export function createContentWriter(dialect: ChatDialect, losses: Loss[]): ContentWriter {
  function cacheMember(cache: CacheMark | undefined): JsonObject {
    if (!dialect.cacheControl || cache === undefined) return {}
    return { cache_control: { type: 'ephemeral', ...(cache.ttl === '1h' ? { ttl: '1h' } : {}) } }
  }

  function writePart(part: MessagePart, path: string): JsonObject | null {
    switch (part.kind) {
      case 'text':
        return { type: 'text', text: part.text, ...cacheMember(part.cache) }
      case 'image':
        return writeImage(part, path)
      case 'file':
        return writeFile(part, path)
      case 'audio':
        return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    }
  }

  function writeImage({ source, detail, cache }: ImagePart, path: string): JsonObject | null {
    if (source.kind === 'id') return refuse(path, unwritten.keptMedia)
    const url = source.kind === 'url' ? source.url : toDataUrl(source)
    return {
      type: 'image_url',
      image_url: { url, ...(detail === undefined ? {} : { detail }) },
      ...cacheMember(cache),
    }
  }

  function writeFile({ source, name, cache }: FilePart, path: string): JsonObject | null {
    if (source.kind === 'text') {
      const text = name === undefined ? source.text : `${name}:\n\n${source.text}`
      return { type: 'text', text, ...cacheMember(cache) }
    }
    if (source.kind === 'id') return refuse(path, unwritten.keptMedia)
    if (source.kind === 'url') return refuse(path, unwritten.fileUrl)
    return {
      type: 'file',
      file: { ...(name === undefined ? {} : { filename: name }), file_data: toDataUrl(source) },
      ...cacheMember(cache),
    }
  }

  function refuse(field: string, loss: Loss): null {
    losses.push({ ...loss, field })
    return null
  }

  function isPlainText(part: MessagePart): part is TextPart {
    return part.kind === 'text' && (part.cache === undefined || !dialect.cacheControl)
  }

  return {
    cacheMember,
    write(parts, path) {
      if (parts.every(isPlainText) && (parts.length <= 1 || dialect.joinsText))
        return parts.map(({ text }) => text).join('\n\n')
      const written: JsonObject[] = []
      for (let index = 0; index < parts.length; index++) {
        const part = writePart(parts[index]!, `${path}[${index}]`)
        if (part !== null) written.push(part)
      }
      return written
    },
  }
}

function toDataUrl({ mediaType, data }: { mediaType: string; data: string }): string {
  return `data:${mediaType};base64,${data}`
}
