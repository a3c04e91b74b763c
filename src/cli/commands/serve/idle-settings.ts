import type { Config } from '../../../config/config.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

export type ServedParts = {
  /** Whether a store keeps requests. */
  readonly keeps: boolean
  /** The policies that learn. */
  readonly learning: readonly { readonly name: string | null }[]
  /** Whether a model has a price. */
  isPriced(model: string): boolean
}

/** Settings that have no effect, because another one takes away what they work on: a sentence each, with what to do. */
export function findIdleSettings(config: Config, { keeps, learning, isPriced }: ServedParts): string[] {
  const { store, learn, labels, experiments, exploration, shadow, models } = config
  const learners = learning.map(({ name }) => `"${name}"`).join(', ')
  const lines: string[] = []
  const needStore = (what: string, why: string) => {
    if (!keeps) lines.push(`${what} ${why}, because there is no store: remove \`store: off\` or --no-store`)
  }
  if (learning.length > 0) {
    needStore(`the policy ${learners}`, 'learns nothing: feedback is refused')
    if (keeps && store?.features === 'none')
      lines.push(
        `the policy ${learners} learns nothing, because no vectors of prompts are kept: remove store.features: none`,
      )
  }
  if (learn.every !== undefined) needStore('learn.every', 'has no effect')
  if (labels !== null) needStore('labels', 'puts no request up')
  if (experiments.length > 0) needStore('experiments', 'come to no verdict: sessions are not kept')
  if (exploration !== null && !keeps)
    lines.push(
      'exploration draws models, and only a request log keeps with which probability, because there is no store: remove `store: off` or --no-store, or exploration',
    )
  if (shadow !== null && keeps) {
    const unpriced = models.map(({ name }) => name).filter((name) => !isPriced(name))
    if (unpriced.length > 0)
      lines.push(
        `shadow calls no model without a price, so that usdPerDay holds: give ${unpriced.join(', ')} inputUsdPerMillionTokens and outputUsdPerMillionTokens (0 if it costs nothing)`,
      )
  }
  return lines
}

/** Prints settings without effect: at the start, and after a change if they are others. */
export function createIdleWarning(
  keeps: boolean,
  { note, colors }: CommandContext['terminal'],
): (config: Config, gateway: Gateway) => void {
  const said = new Set<string>()
  return (config, { learning, findModel }) => {
    const isPriced = (name: string) => {
      const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = findModel(name) ?? {}
      return input !== undefined && output !== undefined
    }
    for (const line of findIdleSettings(config, { keeps, learning, isPriced })) {
      if (!said.has(line)) note(`${colors.yellow('warning:')} ${line}`)
      said.add(line)
    }
  }
}
