import { userWords } from '../../../../routing/prompts/agent-text/user-words.ts'
import type { EntryText } from '../../../entries/entry.ts'
import type { TraceMessage, TracePart } from '../../answers/trace.ts'
import { readExchange, readQuestion } from './read-exchange.ts'

/**
 * What the user asked last, without what an agent put around it: the last turn that has words of the user, as routers score it. Of a
 * body that is no conversation, or that was cut, the body.
 */
export function readAsked(protocol: string | null, { request }: EntryText): string {
  const question = readQuestion(protocol, request)
  return question === null ? request.text : findLastWords(question)
}

/** All texts of a request and of its answer, one for each part. */
export function readAllTexts(protocol: string | null, { request, response }: EntryText): readonly string[] {
  const { question, answer } = readExchange(protocol, request, response)
  return [
    ...(question === null ? [request.text] : question.flatMap(({ parts }) => parts.flatMap(toTexts))),
    ...(answer === null ? [response.text] : answer.parts.flatMap(toTexts)),
    ...(answer?.error === undefined || answer.error === null ? [] : [answer.error]),
  ]
}

function findLastWords(question: readonly TraceMessage[]): string {
  for (let index = question.length - 1; index >= 0; index--) {
    const { role, parts } = question[index]!
    if (role !== 'user') continue
    const words = userWords(parts.flatMap(({ kind, text }) => (kind === 'text' ? [text] : [])))
    if (/\S/.test(words)) return words
  }
  return ''
}

function toTexts({ kind, name, text }: TracePart): readonly string[] {
  return kind === 'tool-call' && name !== null ? [name, text] : [text]
}
