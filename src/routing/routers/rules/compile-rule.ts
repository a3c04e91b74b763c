import { closest } from 'fastest-levenshtein'
import { ConfigError } from '../../../errors.ts'
import { conditionKeys, invalidRule, type Part, partsOf } from './conditions.ts'
import type { PromptFacts } from './prompt-facts.ts'
import type { Condition, Rule } from './rule.ts'

export type CompiledRule = {
  readonly strongWinRate: number
  /** Its name, else its conditions in words. */
  readonly description: string
  matches(facts: PromptFacts): boolean
}

const ruleKeys = [...conditionKeys, 'any', 'not', 'name', 'strongWinRate']

/** Throws ConfigError `invalid-rule` that names the key (`rules[2].keywords`), its value and the accepted values. */
export function compileRule(rule: Rule, at: string): CompiledRule {
  refuseUnknownKeys(rule, at, ruleKeys)
  const { name, strongWinRate, any, not } = rule
  if (!(typeof strongWinRate === 'number' && strongWinRate >= 0 && strongWinRate <= 1))
    throw invalidRule(`${at}.strongWinRate`, strongWinRate, 'a win rate from 0 to 1 belongs there')
  const parts = [
    ...partsOf(rule, at),
    ...(any === undefined ? [] : [oneOf(any, `${at}.any`)]),
    ...(not === undefined ? [] : [negated(conditionOf(not, `${at}.not`))]),
  ]
  if (parts.length === 0)
    throw invalidRule(
      at,
      rule,
      `it has no condition, so it would match every prompt; give one of ${conditionKeys.join(', ')}, any or not, or say the number in otherwise`,
    )
  const { holds, words } = allOf(parts)
  return { strongWinRate, description: name ?? words, matches: holds }
}

function conditionOf(condition: Condition, at: string): Part {
  refuseUnknownKeys(condition, at, conditionKeys)
  const parts = partsOf(condition, at)
  if (parts.length === 0)
    throw invalidRule(at, condition, `a condition belongs there: one of ${conditionKeys.join(', ')}`)
  const { holds, words } = allOf(parts)
  return { holds, words: parts.length === 1 ? words : `(${words})` }
}

function allOf(parts: readonly Part[]): Part {
  return {
    holds: (facts) => parts.every((part) => part.holds(facts)),
    words: parts.map(({ words }) => words).join(' and '),
  }
}

function oneOf(conditions: readonly Condition[], at: string): Part {
  if (!Array.isArray(conditions) || conditions.length === 0)
    throw invalidRule(at, conditions, 'a list of at least one condition belongs there')
  const options = conditions.map((condition, index) => conditionOf(condition, `${at}[${index}]`))
  return {
    holds: (facts) => options.some((option) => option.holds(facts)),
    words: `(${options.map(({ words }) => words).join(' or ')})`,
  }
}

function negated({ holds, words }: Part): Part {
  return { holds: (facts) => !holds(facts), words: `not ${words}` }
}

/** Rejects unknown keys, because a rule without its misspelt key matches more than its author meant. */
function refuseUnknownKeys(given: object, at: string, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalidRule(at, given, `a mapping with the keys ${known.join(', ')} belongs there`)
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown === undefined) return
  throw new ConfigError(
    'invalid-rule',
    `${at}.${unknown}: unknown key. Did you mean "${closest(unknown, known)}"?`,
    { param: `${at}.${unknown}` },
  )
}
