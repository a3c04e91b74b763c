import type { Model } from '../../../routing/catalogue/model.ts'
import type { Candidate, Choice, RoutedChoice } from '../../../routing/policies/choice.ts'
import { sessionFraction } from './session-fraction.ts'

export type ExplorationOptions = {
  /** Of the sessions whose model is drawn at random (ε), above 0 and at most 1. */
  readonly share: number
  readonly seed: number
}

/** A choice in which chance had a part. */
export type Explored = {
  readonly choice: RoutedChoice
  /** Whether its model was drawn; otherwise it is the policy's. */
  readonly isDrawn: boolean
}

export type Exploration = {
  /**
   * The policy's choice, or another model for a session that explores: in all its turns the same one, as long as it can answer.
   * Null if chance has no part in the choice: a router failed, the answer is checked before the client gets it (another model
   * would change what the check means), or the policy draws by itself.
   */
  explore(choice: Choice, session: string): Explored | null
  /** ε/k for each of the k candidates that can answer, and 1 − ε more for the policy's. Null if it is none of them. */
  propensities(candidates: readonly Candidate[], ofPolicy: string): Float64Array | null
}

export function createExploration({ share, seed }: ExplorationOptions): Exploration {
  return {
    explore(choice, session) {
      if (choice.kind === 'fallback' || choice.check !== null || choice.propensities !== undefined)
        return null
      if (sessionFraction(seed, 'exploration', session) >= share) return { choice, isDrawn: false }
      const model = drawModel(choice.candidates, seed, session)
      return model === null ? null : { choice: withModel(choice, model), isDrawn: true }
    },
    propensities(candidates, ofPolicy) {
      const open = candidates.filter(({ excluded }) => excluded === null)
      if (!open.some(({ model }) => model.name === ofPolicy)) return null
      const each = share / open.length
      return Float64Array.from(candidates, ({ model, excluded }) =>
        excluded !== null ? 0 : model.name === ofPolicy ? each + 1 - share : each,
      )
    },
  }
}

/**
 * Uniform among the candidates that can answer: the one with the largest hash of session and name, so that a candidate that
 * comes or goes moves no session between the others.
 */
function drawModel(candidates: readonly Candidate[], seed: number, session: string): Model | null {
  let [drawn, largest]: [Model | null, number] = [null, -1]
  for (const { model, excluded } of candidates) {
    if (excluded !== null) continue
    const fraction = sessionFraction(seed, `exploration\u0000${model.name}`, session)
    if (fraction > largest) [drawn, largest] = [model, fraction]
  }
  return drawn
}

function withModel(choice: RoutedChoice, model: Model): RoutedChoice {
  if (model.name === choice.model.name) return choice
  const { side } = choice
  return { ...choice, model, side: side === null ? null : side === 'strong' ? 'weak' : 'strong' }
}
