import { languageCodes, unknownLanguage } from '../../../base/text/language/detect-language.ts'
import { patternOfText } from '../../../base/text/pattern/pattern.ts'
import { ConfigError } from '../../../errors.ts'
import { hasPhrase, normalizedWords } from './phrases.ts'
import type { PromptFacts } from './prompt-facts.ts'
import type { Condition } from './rule.ts'

/** One key of a condition, ready to be tested, and what it says in words. */
export type Part = { holds(facts: PromptFacts): boolean; readonly words: string }

/** Returns nothing if the key is absent. `at` is the path of the key (`rules[2].tags`), for errors. */
type Compiler = (condition: Condition, at: string) => Part | undefined

const compilers: Readonly<Record<keyof Condition, Compiler>> = {
  minCharacters: ({ minCharacters }, at) =>
    counted(minCharacters, at, (least) => ({
      holds: ({ characters }) => characters >= least,
      words: `at least ${least} characters`,
    })),
  maxCharacters: ({ maxCharacters }, at) =>
    counted(maxCharacters, at, (most) => ({
      holds: ({ characters }) => characters <= most,
      words: `at most ${most} characters`,
    })),
  tags: ({ tags }, at) =>
    listed(tags, at, tagForm, 'letters, digits and _ . : - belong there, without brackets', (all) => {
      const wanted = all.map((tag) => tag.toLowerCase())
      return {
        holds: (facts) => wanted.some((tag) => facts.tags().has(tag)),
        words: `tag ${wanted.map((tag) => `[${tag}]`).join(' or ')}`,
      }
    }),
  keywords: ({ keywords }, at) =>
    listed(keywords, at, phraseForm, 'a word or phrase of at most 200 characters belongs there', (all) => {
      const wanted = all.map(normalizedWords)
      return {
        holds: (facts) => wanted.some((phrase) => hasPhrase(facts.words(), phrase)),
        words: `${all.length === 1 ? 'keyword' : 'one of the keywords'} ${all.join(', ')}`,
      }
    }),
  patterns: ({ patterns }, at) =>
    listed(patterns, at, /./s, 'a regular expression belongs there', (all) => {
      const compiled = all.map((text, index) => located(`${at}[${index}]`, () => patternOfText(text)))
      return {
        holds: (facts) => compiled.some((pattern) => facts.someRead(pattern.test)),
        words: `pattern ${all.join(' or ')}`,
      }
    }),
  languages: ({ languages }, at) =>
    listed(languages, at, languageForm, `there are ${knownLanguages.join(', ')}`, (all) => ({
      holds: (facts) => all.includes(facts.language()),
      words: `language ${all.join(' or ')}`,
    })),
  code: ({ code }, at) => switched(code, at, 'code', (facts) => facts.code()),
  maths: ({ maths }, at) => switched(maths, at, 'maths', (facts) => facts.maths()),
}

const tagForm = /^[\w.:-]{1,64}$/
const phraseForm = /^\s*\S.{0,199}$/s
const knownLanguages = [...languageCodes, unknownLanguage]
const languageForm = new RegExp(`^(?:${knownLanguages.join('|')})$`)

export const conditionKeys = Object.keys(compilers) as readonly (keyof Condition)[]

/** The keys that are given, cheapest first. Throws ConfigError `invalid-rule`. */
export function partsOf(condition: Condition, at: string): Part[] {
  return conditionKeys.flatMap((key) => compilers[key](condition, `${at}.${key}`) ?? [])
}

export function invalidRule(at: string, value: unknown, remedy: string, cause?: unknown): ConfigError {
  return new ConfigError('invalid-rule', `${at} is ${JSON.stringify(value)}: ${remedy}.`, {
    param: at,
    cause,
  })
}

function counted(count: number | undefined, at: string, part: (count: number) => Part): Part | undefined {
  if (count === undefined) return undefined
  if (Number.isInteger(count) && count >= 0) return part(count)
  throw invalidRule(at, count, 'a whole number from 0 belongs there')
}

function switched(
  wanted: boolean | undefined,
  at: string,
  what: string,
  has: (facts: PromptFacts) => boolean,
): Part | undefined {
  if (wanted === undefined) return undefined
  if (typeof wanted !== 'boolean') throw invalidRule(at, wanted, 'true or false belongs there')
  return { holds: (facts) => has(facts) === wanted, words: wanted ? what : `no ${what}` }
}

function listed(
  all: readonly string[] | undefined,
  at: string,
  form: RegExp,
  remedy: string,
  part: (all: readonly string[]) => Part,
): Part | undefined {
  if (all === undefined) return undefined
  if (!Array.isArray(all) || all.length === 0)
    throw invalidRule(at, all, 'a list of at least one belongs there')
  for (const [index, one] of all.entries())
    if (typeof one !== 'string' || !form.test(one)) throw invalidRule(`${at}[${index}]`, one, remedy)
  return part(all)
}

function located<T>(at: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('invalid-rule', `${at}: ${reason}.`, { param: at, cause })
  }
}
