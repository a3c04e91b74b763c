import type { Buffer } from 'node:buffer'
import { UpstreamError } from '../../../errors.ts'
import type { ReplyForm } from '../../protocols/protocol.ts'
import { isEventStream } from '../../protocols/wire/event-reader.ts'

/** What the beginning of a reply shows. `instead`: it is no reply; the object of "answered with". */
export type ReplyStart =
  | { readonly kind: 'events' | 'document' | 'undecided' }
  | { readonly kind: 'unexpected'; readonly instead: string }

/**
 * Tells from its first bytes whether a successful reply is one. `undecided`: they are blank or too few.
 *
 * The bytes decide, because upstreams give the type of their replies wrongly or not at all. The type decides only what
 * an event stream may begin with: a client that reads events silently skips anything else.
 *
 * @param bytes the beginning of the body, without a content encoding.
 * @param hasEnded whether there are no further bytes.
 */
export function readReplyStart(
  bytes: Buffer,
  contentType: string,
  form: ReplyForm,
  hasEnded: boolean,
): ReplyStart {
  if (form === 'json-or-events') {
    const stream = isEventStream(contentType)
    if (!stream && bytes[0] === openBrace) return document
    if (stream && bytes[0] === letterD && bytes.toString('latin1', 0, 5) === 'data:') return events
  }
  const text = trimStart(bytes.toString('latin1', 0, maxStartBytes))
  if (text === '') return hasEnded ? { kind: 'unexpected', instead: 'an empty body' } : { kind: 'undecided' }
  if (isPage(text, contentType)) return { kind: 'unexpected', instead: describePage(bytes) }
  if (form === 'any') return document
  if (eventStart.test(text)) return events
  if (!hasEnded && eventFields.some((field) => field.startsWith(text))) return { kind: 'undecided' }
  const isStream = isEventStream(contentType)
  if (!isStream && (text[0] === '{' || text[0] === '[')) return document
  const begins = `that begins with ${quoteStart(text)}`
  if (isStream) return { kind: 'unexpected', instead: `an event stream ${begins}` }
  const type = contentType.split(';')[0]?.trim()
  return { kind: 'unexpected', instead: `${type ? `a body of type ${type}` : 'a body'} ${begins}` }
}

const document: ReplyStart = { kind: 'document' }
const events: ReplyStart = { kind: 'events' }
const openBrace = 0x7b
const letterD = 0x64

/** The error for a reply that is none. It names whatever answered, as far as its headers do. */
export function unexpectedReply(
  provider: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  instead: string,
): UpstreamError {
  const names = ['server', 'via', 'x-cache'].flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [`${name}: ${quoteStart(value)}`]
  })
  const from = names.length === 0 ? '' : ` (${names.join(', ')})`
  return new UpstreamError(
    'upstream-unexpected-reply',
    `The upstream "${provider}" answered ${status} with ${instead}${from}, not with a reply of a model. Either baseUrl is wrong, or a proxy, a login page or a firewall in between has answered.`,
  )
}

/** The bytes that decide; more are not kept. */
export const maxStartBytes = 4096

function trimStart(text: string): string {
  let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++
  return text.slice(at)
}

const eventFields = ['data:', 'event:', 'id:', 'retry:', ':']
const eventStart = /^(?:data|event|id|retry)?:|^(?:data|event|id|retry)[\r\n]/

function isPage(text: string, contentType: string): boolean {
  if (/^<(?:!doctype|html|head|body|\?xml|!--)/i.test(text)) return true
  return text[0] === '<' && /^(?:text\/html|application\/xhtml)/i.test(contentType)
}

function describePage(bytes: Buffer): string {
  const title = /<title[^>]{0,100}>([^<]{1,200})/i.exec(bytes.toString('utf8', 0, maxStartBytes))?.[1]
  return title === undefined ? 'an HTML page' : `an HTML page with the title ${quoteStart(title)}`
}

function quoteStart(text: string): string {
  const shown = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}…` : shown)
}
