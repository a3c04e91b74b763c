import { ConfigError } from '../../../errors.ts'
import { automatonOf } from './automaton.ts'
import { createScanner } from './scanner.ts'
import { parsePattern } from './syntax.ts'

/** A regular expression whose test takes time in proportion to the length of any text. */
export type Pattern = {
  readonly source: string
  readonly flags: string
  /** Whether it matches somewhere in `text[from, to)`. `^`, `$` and `\b` see the characters around that part. */
  test(text: string, from?: number, to?: number): boolean
}

const maximumSourceLength = 1000

/**
 * Compiles a regular expression in JavaScript's syntax, Unicode mode (`u`), for testing without blow-up: no text
 * makes `(a+)+$` slow. Matches the same texts as `RegExp`.
 *
 * The automaton is run by sets of states (Thompson 1968). Each set and step is computed once and kept; a
 * character usually costs one look-up. Captures are not supported, because nothing here needs them.
 *
 * @param flags of `i` (ignore case), `m` (`^` and `$` at every line) and `s` (`.` takes line ends too).
 * @throws ConfigError `invalid-pattern`, `pattern-not-regular` (look-around, back references), `pattern-too-large`.
 */
export function compilePattern(source: string, flags = ''): Pattern {
  if (source.length > maximumSourceLength)
    throw new ConfigError(
      'pattern-too-large',
      `the pattern has ${source.length} characters; at most ${maximumSourceLength} are read`,
    )
  const unicode = `${flags.replaceAll('u', '')}u`
  if (!/^[imsu]*$/.test(flags))
    throw new ConfigError('invalid-pattern', `the flags "${flags}" of /${source}/ are not of i, m and s`)
  try {
    new RegExp(source, unicode)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('invalid-pattern', `not a regular expression: ${reason}`, { cause })
  }
  const tree = parsePattern(source, unicode)
  return { source, flags, test: createScanner(automatonOf(tree, source), unicode) }
}

/** The pattern that `source`, or `/source/flags`, denotes. Throws as `compilePattern` does. */
export function patternOfText(text: string): Pattern {
  const [, source = text, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? []
  return compilePattern(source, flags)
}
