import { ConfigError } from '../../../errors.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import type { Explanation } from '../explanation.ts'
import type { ExplainingRouter } from '../router.ts'
import { type CompiledRule, compileRule } from './compile-rule.ts'
import { defaultOtherwise, defaultRules } from './default-rules.ts'
import { factsOf } from './prompt-facts.ts'
import type { Rule } from './rule.ts'
import { createTieBreak } from './tie-break.ts'

export type RulesRouterOptions = {
  /** Default: `rules`. */
  readonly name?: string
  /** In order: the first that matches says the win rate. Default: `defaultRules`. */
  readonly rules?: readonly Rule[]
  /** The win rate if no rule matches, in [0, 1]. Default: 0.4. */
  readonly otherwise?: number
}

/** Never waits for anything. */
export type RulesRouter = {
  strongWinRate(prompt: RoutedPrompt): number
  explain(prompt: RoutedPrompt): Explanation
} & ExplainingRouter

/**
 * Routes by rules that a person wrote: the win rate is that of the first rule with all conditions met. Prompts that tie are
 * ordered by their length, which adds at most 0.0001 (`createTieBreak`).
 *
 * Only the first and last 4,000 characters of a text of more than 8,000 are read (its length is that of the whole
 * text), and regular expressions are tested in linear time, which bounds the time per prompt. There is no
 * calibration: rules give a few win rates, and their distribution depends on the author's prompts.
 *
 * @throws ConfigError `invalid-rule` that names the rule's position, its key, the value and the accepted values.
 */
export function createRulesRouter(options: RulesRouterOptions = {}): RulesRouter {
  const { name = 'rules', rules = defaultRules, otherwise = defaultOtherwise } = options
  if (!(otherwise >= 0 && otherwise <= 1))
    throw new ConfigError(
      'invalid-rule',
      `otherwise is ${otherwise}: a win rate from 0 to 1 belongs there.`,
      {
        param: 'otherwise',
      },
    )
  const compiled = rules.map((rule, index) => compileRule(rule, `rules[${index}]`))
  const breakTie = createTieBreak([...compiled.map(({ strongWinRate }) => strongWinRate), otherwise])
  const firstMatch = (prompt: RoutedPrompt): CompiledRule | undefined => {
    const facts = factsOf(prompt)
    return compiled.find((rule) => rule.matches(facts))
  }
  return {
    name,
    strongWinRate: (prompt) => breakTie(firstMatch(prompt)?.strongWinRate ?? otherwise, prompt.text.length),
    explain(prompt) {
      const match = firstMatch(prompt)
      const ofRule = match?.strongWinRate ?? otherwise
      const strongWinRate = breakTie(ofRule, prompt.text.length)
      const place = match === undefined ? 0 : compiled.indexOf(match) + 1
      const rule = match === undefined ? 'no rule' : `rule ${place} (${match.description})`
      return {
        strongWinRate,
        contributions: [
          { feature: rule, value: place, effect: logOdds(ofRule) },
          {
            feature: 'length (breaks ties)',
            value: prompt.text.length,
            effect: logOdds(strongWinRate) - logOdds(ofRule),
          },
        ],
        reason:
          match === undefined
            ? `none of the ${compiled.length} rules matches`
            : `${rule} is the first of ${compiled.length} that matches`,
      }
    },
  }
}

/** Rules may be certain; their effect stays a number that can be written down. */
const certainty = 1e-4

function logOdds(winRate: number): number {
  const bounded = Math.min(1 - certainty, Math.max(certainty, winRate))
  return Math.log(bounded / (1 - bounded))
}
