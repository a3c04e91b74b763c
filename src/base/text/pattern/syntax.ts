import { ConfigError } from '../../../errors.ts'

/** A regular expression as a tree. It leaves out laziness and group names, which do not affect whether it matches. */
export type PatternNode =
  | { readonly kind: 'character'; readonly matches: (codePoint: number) => boolean }
  | { readonly kind: 'assertion'; readonly at: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly body: PatternNode; readonly min: number; readonly max: number }

export type Assertion = 'start' | 'end' | 'word-boundary' | 'no-word-boundary'

/** `\u` escapes (a surrogate pair is one character), then the other escapes that are longer than two characters. */
const escapePattern =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|k<[^>]*>|.)/suy
const quantifierPattern = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/uy
const groupPattern = /\((?:\?(?:(:)|<(?![=!])[^>]*>|(.{1,2})))?/suy
const classPattern = /\[(?:\\.|[^\]\\])*\]/suy
const literalPattern = /[^\\()[\]{}|*+?^$]/suy

/**
 * Reads a pattern that the language itself accepts, in Unicode mode.
 *
 * Throws `ConfigError` `pattern-not-regular` for syntax that no automaton recognises: look-around and back references.
 */
export function parsePattern(source: string, flags: string): PatternNode {
  let at = 0
  return choice()

  function choice(): PatternNode {
    const options = [sequence()]
    while (source[at] === '|') {
      at++
      options.push(sequence())
    }
    return options.length === 1 ? options[0]! : { kind: 'choice', options }
  }

  function sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(quantified(term()))
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
  }

  function term(): PatternNode {
    switch (source[at]) {
      case '^':
        at++
        return { kind: 'assertion', at: 'start' }
      case '$':
        at++
        return { kind: 'assertion', at: 'end' }
      case '(':
        return group()
      case '\\':
        return escaped()
      case '[':
        return characters(taken(classPattern)[0])
      default:
        return characters(taken(literalPattern)[0])
    }
  }

  function group(): PatternNode {
    const [opening, , unknown] = taken(groupPattern)
    if (unknown !== undefined)
      throw notRegular(
        source,
        opening,
        /^<?[=!]/.test(unknown) ? 'looks around' : 'changes flags within the pattern',
      )
    const inside = choice()
    at++ // the closing bracket
    return inside
  }

  function escaped(): PatternNode {
    const [text] = taken(escapePattern)
    if (text === '\\b') return { kind: 'assertion', at: 'word-boundary' }
    if (text === '\\B') return { kind: 'assertion', at: 'no-word-boundary' }
    if (/^\\[1-9k]/.test(text)) throw notRegular(source, text, 'refers back to a group')
    return characters(text)
  }

  /** One character. JavaScript's `RegExp` interprets the fragment, one character at a time. */
  function characters(fragment: string): PatternNode {
    const only = /^[^\\[.]$/su.test(fragment) && !flags.includes('i') ? fragment.codePointAt(0) : undefined
    if (only !== undefined) return { kind: 'character', matches: (codePoint) => codePoint === only }
    const single = new RegExp(`^(?:${fragment})$`, flags)
    const isOne = (codePoint: number) => single.test(String.fromCodePoint(codePoint))
    const ascii = Array.from({ length: 128 }, (_, codePoint) => isOne(codePoint))
    return {
      kind: 'character',
      matches: (codePoint) => (codePoint < 128 ? ascii[codePoint]! : isOne(codePoint)),
    }
  }

  function quantified(body: PatternNode): PatternNode {
    quantifierPattern.lastIndex = at
    const found = quantifierPattern.exec(source)
    if (found === null) return body
    at = quantifierPattern.lastIndex
    const [, mark, least, comma, most] = found
    if (mark !== undefined)
      return {
        kind: 'repeat',
        body,
        min: mark === '+' ? 1 : 0,
        max: mark === '?' ? 1 : Number.POSITIVE_INFINITY,
      }
    const min = Number(least)
    if (comma === undefined) return { kind: 'repeat', body, min, max: min }
    return { kind: 'repeat', body, min, max: most ? Number(most) : Number.POSITIVE_INFINITY }
  }

  function taken(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found === null)
      throw notRegular(source, source.slice(at, at + 10), 'is written in a way that is not read here')
    at = pattern.lastIndex
    return found
  }
}

function notRegular(source: string, part: string, does: string): ConfigError {
  return new ConfigError(
    'pattern-not-regular',
    `the pattern /${source}/ ${does} (${part}), which cannot be tested in bounded time; write it without`,
  )
}
