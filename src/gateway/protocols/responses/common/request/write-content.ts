import { Buffer } from 'node:buffer'
import { type LossList, report } from '../../../common/loss-list.ts'
import type { AudioPart, FilePart, ImagePart, MediaSource, TextPart } from '../../../common/parts.ts'
import { unwritten } from './unwritten.ts'

type Written = Record<string, unknown>

/** The content of a user's message, or of a tool's output. A part that cannot be written is a loss. */
export function writeContent(
  parts: readonly (TextPart | ImagePart | FilePart | AudioPart)[],
  path: string,
  losses: LossList,
): Written[] {
  const written: Written[] = []
  for (const part of parts) {
    if (part.kind !== 'audio') noteCache(part, path, losses)
    const content = writePart(part)
    if (content === null) report(losses, unwritten.keptMedia, path)
    else written.push(content)
  }
  return written
}

/** Notes that a mark of the cache is left out: OpenAI caches prefixes by itself. */
export function noteCache(part: { readonly cache?: unknown }, path: string, losses: LossList): void {
  if (part.cache !== undefined) report(losses, unwritten.cacheMark, `${path}.cache_control`)
}

function writePart(part: TextPart | ImagePart | FilePart | AudioPart): Written | null {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'image': {
      const url = writeAddress(part.source)
      return url === null ? null : { type: 'input_image', image_url: url, detail: part.detail ?? 'auto' }
    }
    case 'file':
      return writeFile(part)
  }
}

function writeFile({ source, name }: FilePart): Written | null {
  if (source.kind === 'url')
    return { type: 'input_file', file_url: source.url, ...(name !== undefined && { filename: name }) }
  if (source.kind === 'text') {
    const data = Buffer.from(source.text).toString('base64')
    return {
      type: 'input_file',
      filename: name ?? 'document.txt',
      file_data: `data:text/plain;base64,${data}`,
    }
  }
  const address = writeAddress(source)
  if (address === null || source.kind !== 'data') return null
  // The API takes no data without a name.
  return {
    type: 'input_file',
    filename: name ?? `document.${endingOf(source.mediaType)}`,
    file_data: address,
  }
}

function endingOf(mediaType: string): string {
  const subtype = mediaType.slice(mediaType.indexOf('/') + 1)
  return /^[a-z]{1,8}$/.test(subtype) && subtype !== 'plain' ? subtype : 'txt'
}

function writeAddress(source: MediaSource): string | null {
  switch (source.kind) {
    case 'url':
      return source.url
    case 'data':
      return `data:${source.mediaType};base64,${source.data}`
    case 'id':
      return null
  }
}
