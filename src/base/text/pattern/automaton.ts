import { ConfigError } from '../../../errors.ts'
import type { Assertion, PatternNode } from './syntax.ts'

/** Thompson's construction: states that read a character, go on by themselves, or accept. */
export type Automaton = { readonly states: readonly State[]; readonly start: number }

export type State =
  | { readonly kind: 'character'; readonly matches: (codePoint: number) => boolean; readonly next: number }
  | { readonly kind: 'assertion'; readonly at: Assertion; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'accept' }

/** Counted repetitions are written out, so `\w{500}` has 500 states. */
const maximumStates = 500
/** Steps of the construction, most of which make a state: repetitions of nothing take steps too. */
const maximumSteps = 20 * maximumStates

/** Throws `ConfigError` `pattern-too-large`. */
export function automatonOf(tree: PatternNode, source: string): Automaton {
  const states: State[] = []
  let steps = 0
  const accept = add({ kind: 'accept' })
  return { states, start: build(tree, accept) }

  function add(state: State): number {
    states.push(state)
    return states.length - 1
  }

  /** Adds states for `node` that lead to `next`; returns the first one. */
  function build(node: PatternNode, next: number): number {
    if (++steps > maximumSteps || states.length > maximumStates)
      throw new ConfigError(
        'pattern-too-large',
        `the pattern /${source}/ has more than ${maximumStates} states once its counted repetitions are written out; repeat less, or use * and +`,
      )
    switch (node.kind) {
      case 'character':
        return add({ kind: 'character', matches: node.matches, next })
      case 'assertion':
        return add({ kind: 'assertion', at: node.at, next })
      case 'sequence':
        return node.parts.reduceRight((after, part) => build(part, after), next)
      case 'choice':
        return add({ kind: 'fork', next: node.options.map((option) => build(option, next)) })
      case 'repeat':
        return repeat(node, next)
    }
  }

  function repeat({ body, min, max }: Extract<PatternNode, { kind: 'repeat' }>, next: number): number {
    let begin = next
    if (max === Number.POSITIVE_INFINITY) {
      const loop: number[] = [next]
      begin = add({ kind: 'fork', next: loop })
      loop.push(build(body, begin))
    } else {
      for (let count = max; count > min; count--)
        begin = add({ kind: 'fork', next: [next, build(body, begin)] })
    }
    for (let count = min; count > 0; count--) begin = build(body, begin)
    return begin
  }
}
