import type { LengthRatio } from '../../../../../gateway/savings/savings-meter.ts'
import type { Model } from '../../../../../routing/catalogue/model.ts'
import { callUsd, toPrices } from '../../../../savings/fact-prices.ts'
import type { Facts } from '../../../../savings/facts.ts'

/** A model that could answer the requests of facts. */
export type FactModel = {
  readonly name: string
  /** Among the names of the facts; −1: no request has it. */
  readonly id: number
  /** Dollars if it answers the request at a place; NaN: it has no price. */
  usdAt(at: number): number
}

export function describeModel(model: Model, facts: Facts, ratio: LengthRatio): FactModel {
  const { names, cached, output } = facts
  const prices = toPrices(model)
  /** How much more it writes than each model. */
  const ratios = names.map((name) => (name === null || name === model.name ? 1 : ratio(name, model.name)))
  return {
    name: model.name,
    id: names.indexOf(model.name),
    usdAt: (at) =>
      prices === null
        ? Number.NaN
        : callUsd(prices, facts, at, cached[at]!, output[at]! * ratios[facts.model[at]!]!),
  }
}
