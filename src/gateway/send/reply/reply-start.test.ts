import { describe, expect, it } from 'vitest'
import { readReplyStart } from './reply-start.ts'

const sse = 'text/event-stream; charset=utf-8'
const read = (text: string, contentType = 'application/json', hasEnded = false) =>
  readReplyStart(Buffer.from(text), contentType, 'json-or-events', hasEnded)

describe('readReplyStart', () => {
  it.each([
    ['a JSON object', '{"id":1}', 'application/json', 'document'],
    ['JSON without a type', '\n\n {"id":1}', '', 'document'],
    ['JSON that calls itself HTML', '{"id":1}', 'text/html', 'document'],
    ['an array', '[{"error":{}}]', 'application/json', 'document'],
    ['JSON after a byte order mark', '\uFEFF{', 'application/json', 'document'],
    ['an event', 'data: {"id":1}', sse, 'events'],
    ['an event without a type', 'data:{"id":1}', '', 'events'],
    ['an event that calls itself text', 'event: x\n', 'text/plain', 'events'],
    ['a comment', ': ping', sse, 'events'],
    ['an id after a byte order mark', '\uFEFFid: 1', sse, 'events'],
    ['a field without a value', 'data\n', sse, 'events'],
    ['nothing yet', '', sse, 'undecided'],
    ['blank lines', '\r\n\r\n ', 'application/json', 'undecided'],
    ['the beginning of a field', 'dat', sse, 'undecided'],
  ])('finds in %s: %s', (_what, text, contentType, kind) => {
    expect(read(text, contentType)).toEqual({ kind })
  })

  it.each([
    [
      'a page',
      '<!DOCTYPE html><html><head><title>Log\nin</title>',
      'text/html',
      'an HTML page with the title "Log in"',
    ],
    ['a page that calls itself JSON', ' <html>', 'application/json', 'an HTML page'],
    ['a page in a stream', '<html>', sse, 'an HTML page'],
    ['XML', '<?xml version="1.0"?><Error/>', 'application/xml', 'an HTML page'],
    ['a fragment', '<p>no</p>', 'text/html', 'an HTML page'],
    [
      'a text',
      'upstream connect error',
      'text/plain',
      'a body of type text/plain that begins with "upstream connect error"',
    ],
    ['a text without a type', 'OK', '', 'a body that begins with "OK"'],
    ['control characters', '\u001b[31mred', '', 'a body that begins with "[31mred"'],
    [
      'JSON in a stream',
      '{"error":{"message":"busy"}}',
      sse,
      'an event stream that begins with "{\\"error\\":{\\"message\\":\\"busy\\"}}"',
    ],
  ])('refuses %s', (_what, text, contentType, instead) => {
    expect(read(text, contentType)).toEqual({ kind: 'unexpected', instead })
  })

  it('refuses an empty body, and a cut field, only at their end', () => {
    expect(read('', sse, true)).toEqual({ kind: 'unexpected', instead: 'an empty body' })
    expect(read('\n \n', '', true)).toEqual({ kind: 'unexpected', instead: 'an empty body' })
    expect(read('dat', '', true)).toEqual({ kind: 'unexpected', instead: 'a body that begins with "dat"' })
  })

  it('takes bytes of any kind where audio is answered, but no page', () => {
    const readAny = (text: string, contentType: string) =>
      readReplyStart(Buffer.from(text, 'latin1'), contentType, 'any', false).kind
    expect(readAny('ID3\x04', 'audio/mpeg')).toBe('document')
    expect(readAny('RIFF', '')).toBe('document')
    expect(readAny('<html>', 'text/html')).toBe('unexpected')
  })
})
