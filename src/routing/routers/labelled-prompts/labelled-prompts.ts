import type { RowPrecision, Rows } from '../../../base/math/similarity/rows.ts'

/** The prompts that a router looks up similar ones among: their embeddings and how they begin. */
export type LabelledPrompts = {
  /** Of unit length, one row per distinct prompt. As stored: `float32` or `int8`. */
  readonly rows: Rows
  /** The beginning of each prompt, for explanations; all empty if no text was kept. */
  readonly excerpts: readonly string[]
}

/**
 * The precisions that prompts can be searched in, given how they are stored. Floats can be rounded when they are
 * loaded; what was stored as bytes stays bytes.
 */
export type SearchPrecision = RowPrecision

/** 16-bit integers: their error (about 1e-6) is that of summing floats, at half the memory and twice the speed. */
export const defaultSearchPrecision: SearchPrecision = 'int16'

/** The beginning of a prompt on one line, at most `characters` code points long. */
export function excerptOf(prompt: string, characters: number): string {
  if (characters === 0) return ''
  const line = prompt
    .slice(0, characters * 8)
    .replace(/\s+/gu, ' ')
    .trim()
  const points = Array.from(line)
  const short = points.length > characters ? `${points.slice(0, characters - 1).join('')}…` : line
  // Encoded to UTF-8 and back, because a stored lone surrogate joins with the next excerpt.
  return Buffer.from(short).toString()
}
