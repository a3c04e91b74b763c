import { detectLanguage } from '../../../base/text/language/detect-language.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import { containsCode, containsMaths } from './contents.ts'
import { normalizedWords } from './phrases.ts'

/** Facts that conditions test. Each is computed on first use, once per prompt. */
export type PromptFacts = {
  /** Of the whole text. */
  readonly characters: number
  language(): string
  code(): boolean
  maths(): boolean
  /** The read parts, as phrases are compared. */
  words(): string
  /** Tags of the system prompt, in lower case and without their brackets. */
  tags(): ReadonlySet<string>
  /** Whether a test holds for one of the parts `[from, to)` of the text that are read. */
  someRead(test: (text: string, from: number, to: number) => boolean): boolean
}

/** A longer text is cut to its first and last halves of this many characters, which bounds the time per text. */
const readCharacters = 8000
const half = readCharacters / 2

const tagPattern = /\[[\w.:-]{1,64}\]/g

export function factsOf({ text, system }: RoutedPrompt): PromptFacts {
  const read = once(() => readPart(text))
  return {
    characters: text.length,
    language: once(() => detectLanguage(text)),
    code: once(() => containsCode(read())),
    maths: once(() => containsMaths(read())),
    words: once(() => normalizedWords(read())),
    tags: once(() => {
      const tags = readPart(system).match(tagPattern) ?? []
      return new Set(tags.map((tag) => tag.slice(1, -1).toLowerCase()))
    }),
    someRead: (test) =>
      text.length <= readCharacters
        ? test(text, 0, text.length)
        : test(text, 0, half) || test(text, text.length - half, text.length),
  }
}

function readPart(text: string): string {
  return text.length <= readCharacters ? text : `${text.slice(0, half)}\n\n${text.slice(-half)}`
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined
  return () => {
    found ??= { value: find() }
    return found.value
  }
}
