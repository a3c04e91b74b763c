import { parseJsonText } from '../../json/json-text.ts'

/**
 * The texts of a list in a cell, as JSON or as Python prints it: `["a", "b"]`, `['a', "it's"]`. An item that is null or
 * None is an empty text.
 *
 * @returns undefined if the text is no such list.
 */
export function parseTextList(text: string): readonly string[] | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return undefined
  try {
    const list = parseJsonText(trimmed)
    return isTexts(list) ? list.map((item) => item ?? '') : undefined
  } catch {
    return parsePythonList(trimmed)
  }
}

function isTexts(list: unknown): list is (string | null)[] {
  return (
    Array.isArray(list) && list.length > 0 && list.every((item) => item === null || typeof item === 'string')
  )
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '' }

function parsePythonList(text: string): string[] | undefined {
  const items: string[] = []
  let at = 1
  for (;;) {
    while (text[at] === ' ' || text[at] === '\n') at++
    if (text[at] === ']' && at === text.length - 1) return items.length === 0 ? undefined : items
    const item = text.startsWith('None', at) ? { value: '', end: at + 4 } : parsePythonText(text, at)
    if (item === undefined) return undefined
    items.push(item.value)
    at = item.end
    while (text[at] === ' ' || text[at] === '\n') at++
    if (text[at] === ',') at++
    else if (text[at] !== ']') return undefined
  }
}

function parsePythonText(text: string, start: number): { value: string; end: number } | undefined {
  const quote = text[start]
  if (quote !== "'" && quote !== '"') return undefined
  const parts: string[] = []
  let from = start + 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === quote) {
      parts.push(text.slice(from, at))
      return { value: parts.join(''), end: at + 1 }
    }
    if (text[at] !== '\\') continue
    parts.push(text.slice(from, at))
    const next = text[at + 1] ?? ''
    const digits = { x: 2, u: 4, U: 8 }[next]
    const code = digits === undefined ? '' : text.slice(at + 2, at + 2 + digits)
    const isCode = digits !== undefined && code.length === digits && /^[\da-f]+$/i.test(code)
    const point = isCode ? Number.parseInt(code, 16) : 0
    parts.push(
      isCode && point <= 0x10ffff ? String.fromCodePoint(point) : (escapes[next] ?? escapedOrBoth(next)),
    )
    at += isCode ? 1 + code.length : 1
    from = at + 1
  }
  return undefined
}

/** Python keeps the backslash of an escape that it does not know. */
function escapedOrBoth(next: string): string {
  return next === '\\' || next === "'" || next === '"' ? next : `\\${next}`
}
