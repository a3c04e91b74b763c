import type { ReadText } from './read-text.ts'

/** A result that an answer states, in one of the forms in which answers usually state one. */
export type StatedResult = {
  readonly form: 'boxed' | 'hashes' | 'sentence' | 'member'
  /** In lower case, without spaces, money signs, emphasis and closing marks: equal results have equal texts. */
  readonly text: string
  readonly start: number
}

export type StatedResults = {
  /** In order of their places. */
  readonly all: readonly StatedResult[]
  /** The text of the last one; of an answer that states none, its last number; else empty. */
  readonly final: string
  /** Its value, if it is one number; else NaN. */
  readonly value: number
  /** Where it begins. */
  readonly start: number
}

/** More are repetition: the first and the last ones are kept. */
const mostResults = 64
const longestResult = 200

/** What a statement says is looked at and not taken, because another may follow on its line. */
const patterns = [
  ['hashes', /####[ \t]{0,4}([^\n]{0,200})/g],
  ['sentence', /\b(?:answer|result|solution)(?:\s(?:is|are|be|of)|\s?[:=])[\s:*]{0,4}(?=([^\n]{1,200}))/gi],
  [
    'sentence',
    /(?:答案是|答案为|答案：|respuesta es|réponse est|antwort ist|risposta è|resposta é)[\s:*]{0,4}(?=([^\n]{1,200}))/gi,
  ],
  ['member', /"(?:final_?)?answer"\s{0,4}:\s{0,4}("(?:[^"\\\n]|\\.){0,200}"?|[^,}\n]{1,200})/gi],
] as const

/** Takes time proportional to the text. */
export function findStatedResults({ text, tokens }: ReadText): StatedResults {
  const found: StatedResult[] = boxedResults(text)
  for (const [form, pattern] of patterns)
    for (const match of text.matchAll(pattern)) {
      const written = match[1] ?? ''
      found.push({ form, text: normalizedResult(firstSentence(written)), start: match.index })
    }
  const all = keepEnds(found.sort((one, other) => one.start - other.start))
  const last = all.at(-1)
  if (last !== undefined) return { all, final: last.text, value: numberOf(last.text), start: last.start }
  const number = tokens.findLast(({ kind }) => kind === 'number')
  if (number === undefined) return { all, final: '', value: Number.NaN, start: text.length }
  return { all, final: number.text.replaceAll(',', ''), value: number.value, start: number.start }
}

function boxedResults(text: string): StatedResult[] {
  const results: StatedResult[] = []
  const mark = '\\boxed{'
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    const from = at + mark.length
    let depth = 1
    let end = from
    while (end < text.length && end - from < longestResult && depth > 0) {
      const code = text.charCodeAt(end++)
      if (code === 0x7b) depth++
      else if (code === 0x7d) depth--
    }
    results.push({
      form: 'boxed',
      text: normalizedResult(text.slice(from, depth === 0 ? end - 1 : end)),
      start: at,
    })
  }
  return results
}

/** Up to a full stop that ends a sentence; a decimal point does not. */
function firstSentence(written: string): string {
  const end = written.search(/[.。](?:\s|$)/)
  return end < 0 ? written : written.slice(0, end)
}

function normalizedResult(written: string): string {
  const bare = written
    .toLowerCase()
    .replace(/\\[$%]|[\s$*`]|\\(?:text|mathrm|displaystyle|left|right)\b/g, '')
  const unquoted = bare.replace(/^"|",?$/g, '').replace(/[.,;:!]+$/, '')
  const letter = /^\(?([a-z])\)?(?:[.:),]|$)/.exec(unquoted)
  return letter?.[1] ?? unquoted.replace(/(\d),(?=\d{3})/g, '$1')
}

/** The number at the head of a result, if units at most follow it. */
function numberOf(result: string): number {
  const found = /^[^\d\s-]{0,3}(-?\d+(?:\.\d+)?)(?:[%°]|[a-z/\\{}^]{0,40})$/.exec(result)
  return found === null ? Number.NaN : Number(found[1])
}

function keepEnds(results: StatedResult[]): StatedResult[] {
  if (results.length <= mostResults) return results
  return [...results.slice(0, mostResults / 2), ...results.slice(-mostResults / 2)]
}
