import { type FeatureGroup, flag, share } from '../reading.ts'
import { unbalanced } from './completeness.ts'

const codeBlock = /```[^\n`]{0,40}\n([^`]*)(?:```|$)/g
const quotedName = /["`]([A-Za-z_][A-Za-z0-9_]{0,40})["`]/g
/** A parser takes time and memory for each bracket: more are not parsed. */
const mostBrackets = 2_000

/** JSON that does not parse or lacks a name that the prompt asks for, and code whose brackets or strings do not close. */
export const readStructure: FeatureGroup = ({ prompt, answer }) => {
  const asksJson = /\bjson\b/i.test(prompt.text)
  const [begin, end] = [answer.text.indexOf('{'), answer.text.lastIndexOf('}')]
  const hasObject =
    begin >= 0 && end > begin && /^\{\s{0,200}(?:"|\})/.test(answer.text.slice(begin, begin + 210))
  const parsed = hasObject ? parseJson(answer.text.slice(begin, end + 1)) : undefined
  const isObject = typeof parsed === 'object' && parsed !== null
  const names = new Set(Array.from(prompt.text.matchAll(quotedName), ([, name = '']) => name))
  const keys = isObject ? new Set(Object.keys(parsed)) : new Set<string>()
  const blocks = Array.from(answer.text.matchAll(codeBlock), ([, code = '']) => code)
  const openStrings = blocks
    .map((code) => code.split('\n').filter(hasOpenString).length)
    .reduce((sum, count) => sum + count, 0)
  return {
    'has an object': flag(hasObject),
    'object does not parse': flag(hasObject && !isObject),
    'asks for JSON and has none': flag(asksJson && !isObject),
    'names of the prompt in the object':
      isObject && names.size > 0
        ? share([...names].filter((name) => keys.has(name)).length, names.size)
        : Number.NaN,
    'members of the object': Math.log1p(keys.size),
    'code blocks': Math.log1p(blocks.length),
    'code among the answer': share(
      blocks.reduce((sum, code) => sum + code.length, 0),
      answer.text.length,
    ),
    'code does not close': Math.log1p(blocks.reduce((sum, code) => sum + unbalanced(code), 0)),
    'strings do not close': Math.log1p(openStrings),
  }
}

function parseJson(text: string): unknown {
  if (text.split(/[[{]/).length > mostBrackets) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a line of code begins a string with a double quote that it does not end. */
function hasOpenString(line: string): boolean {
  let isOpen = false
  for (let at = 0; at < line.length; at++) {
    const character = line[at]
    if (character === '\\') at++
    else if (character === '"') isOpen = !isOpen
  }
  return isOpen
}
