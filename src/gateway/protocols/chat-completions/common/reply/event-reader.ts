import type { Buffer } from 'node:buffer'
import { findJsonExcess } from '../../../../../base/text/json/nesting.ts'
import type { ReplyEventReader } from '../../../common/common-form.ts'
import type { ReplyEvent } from '../../../common/common-reply.ts'
import { objectOf } from '../../../common/json-fields.ts'
import { createEventReader } from '../../../wire/event-reader.ts'
import { parseJson } from '../json-values.ts'
import { ChunkReader, toError } from './chunk-reader.ts'

/** A chunk has a few hundred bytes; one with the whole arguments of a call has more. */
const maxEventBytes = 1 << 22
const eventLimits = { maxDepth: 64, maxParts: 100_000 }

/**
 * Reads the stream of a chat completion. An event that is not JSON, or beyond the limits, is an error, because a reply
 * without it would have a gap.
 */
export function createChatEventReader(onEvent: (event: ReplyEvent) => void): ReplyEventReader {
  const chunks = new ChunkReader(onEvent)
  const events = createEventReader(maxEventBytes, (data) => {
    failIfSkipped()
    if (!chunks.isOver) readData(data, chunks)
  })

  function failIfSkipped(): void {
    if (events.skippedEvents > 0)
      chunks.fail(toError(`The upstream sent an event of more than ${maxEventBytes} bytes.`))
  }

  return {
    push(chunk) {
      if (chunks.isOver) return
      events.push(chunk)
      failIfSkipped()
    },
    end() {
      if (chunks.isOver) return
      events.end()
      failIfSkipped()
      chunks.end()
    },
  }
}

function readData(data: Buffer, chunks: ChunkReader): void {
  if (findJsonExcess(data, eventLimits) !== null) {
    chunks.fail(toError('The upstream sent an event that is nested too deeply or has too many members.'))
    return
  }
  const text = data.toString('utf8').trim()
  if (text === '') return
  if (text === '[DONE]') {
    chunks.finish()
    return
  }
  const json = parseJson(text)
  const chunk = objectOf(json)
  if (chunk !== null) chunks.read(chunk)
  else if (json === null && text !== 'null')
    chunks.fail(toError(`The upstream sent an event that is not JSON: ${text.slice(0, 100)}`))
}
