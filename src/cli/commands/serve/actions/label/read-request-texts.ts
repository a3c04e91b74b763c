import { Buffer } from 'node:buffer'
import { commonForms } from '../../../../../gateway/protocols/forms.ts'
import { readQuestion, readReplyText } from '../../../../../jobs/shadow/read-texts.ts'
import type { RequestTrace } from '../../../../../store/reader/answers.ts'

/** What was asked and answered; null for what cannot be read as text. */
export type RequestTexts = { readonly question: string | null; readonly answer: string | null }

export function readRequestTexts({ text, protocol, stream }: RequestTrace): RequestTexts {
  const form = commonForms.find((each) => each.protocol === protocol)
  if (form === undefined || text === null) return { question: null, answer: null }
  const { request, response } = text
  // A client that asked for a stream may have got a document.
  const isEventStream = stream && !response.text.trimStart().startsWith('{')
  return {
    question: request.isCut
      ? null
      : orNull(() => readQuestion(form, JSON.parse(request.text) as Readonly<Record<string, unknown>>)),
    answer: response.isCut
      ? null
      : orNull(() => readReplyText(form, Buffer.from(response.text), isEventStream)),
  }
}

/** A body that its upstream has accepted is one that can be read, unless it was redacted into something else. */
function orNull(read: () => string | null): string | null {
  try {
    return read()
  } catch {
    return null
  }
}
