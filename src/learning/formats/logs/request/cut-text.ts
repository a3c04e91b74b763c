import type { Row } from '../../row.ts'

/** How many characters of a text the logger did not keep, if it says so. */
export type MissingCharacters = number | 'unknown'

/** LiteLLM: `... (litellm_truncated skipped 48211 chars) ...`, anywhere in a text. */
const ownMark = /\(litellm_truncated\b[^)\n]{0,120}\)?/i
/** `...[truncated]`, `… (truncated 123 chars)`, `<truncated due to size exceeding limit>`, `[1,234 characters omitted]`. */
const markAtEnd =
  /[[(<{]{1,3}[^[\](){}<>\n]{0,80}\b(?:truncated|truncation|\d[\d,]{0,12} (?:chars?|characters|bytes|tokens) (?:omitted|removed|clipped|trimmed))\b[^[\](){}<>\n]{0,80}[\])>}]{1,3}[\s.…"']{0,8}$/i
/** `... 1234 more characters`, `…truncated`. */
const endAfterDots =
  /(?:…|\.\.\.)\s{0,4}(?:\(?\+?\d[\d,]{0,12} (?:more |remaining )?(?:chars?|characters|bytes|tokens)\b[^\n]{0,30}|truncated)\s{0,4}$/i
/** The logger kept the beginning and the end: `... [truncated 200 chars] ...`. */
const markBetween =
  /(?:…|\.\.\.)\s{0,4}[[(<][^[\](){}<>\n]{0,60}\b(?:truncated|omitted)\b[^[\](){}<>\n]{0,60}[\])>]\s{0,4}(?:…|\.\.\.)/i
const dropped = /^\[This value has been dropped because [^\]]{0,120}\]$/

const longestMark = 300

/** Finds the mark that a logger leaves in a text that it shortened. Returns undefined if the text is whole. */
export function findCut(text: string): MissingCharacters | undefined {
  const end = text.slice(-longestMark)
  const mark =
    markAtEnd.exec(end) ??
    endAfterDots.exec(end) ??
    (/truncated|omitted/i.test(text) ? (ownMark.exec(text) ?? markBetween.exec(text)) : null) ??
    dropped.exec(text)
  if (mark === null) return undefined
  const missing = /(\d[\d,]*)\s*(?:more |remaining )?(?:chars?|characters)\b/i.exec(mark[0])?.[1]
  return missing === undefined ? 'unknown' : Number(missing.replaceAll(',', ''))
}

/** Whether a text is the beginning of the JSON of a request, cut by a limit of the logger, so that it does not parse. */
export function isCutJson(text: string): boolean {
  const start = text.slice(0, 1000)
  if (
    !/^\s*(?:\{\s*\\?"|\[\s*\{\s*\\?")/.test(start) ||
    !/"(?:messages|role|content|contents|input|prompt)\\?"\s*:/.test(start)
  )
    return false
  try {
    JSON.parse(text)
    return false
  } catch {
    return true
  }
}

/** Whether an object stands for a body that the logger did not keep: `{"litellm_truncated": true}`. */
export function isCutBody(body: Row): boolean {
  return (
    body.litellm_truncated === true ||
    body.truncated === true ||
    (typeof body.helicone_message === 'string' && /too large/i.test(body.helicone_message))
  )
}
