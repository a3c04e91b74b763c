import { DataError } from '../errors.ts'

/** What one answer of a model takes, and where the figure is from. */
export type EnergyFigure = {
  readonly wattHoursPerQuery: number
  /** A measurement, paper or page that can be looked up; figures for one model differ by more than tenfold. */
  readonly source: string
}

export type EnergyView =
  | {
      readonly kind: 'known'
      readonly wattHoursPerQuery: number
      readonly scorePerWattHour: number
      readonly sources: readonly string[]
    }
  | { readonly kind: 'unknown'; readonly models: readonly string[] }

/**
 * Quality per watt-hour of routing: c · E_strong + (1 − c) · E_weak watt-hours a query, and the score divided by
 * it. Unknown, naming the models, where a figure is not given: no figure is made up.
 *
 * Throws `DataError` (`energy-figure`) for a figure that is not above 0 or names no source.
 */
export function energyView(
  result: { readonly score: number; readonly strongCallPercent: number },
  pair: { readonly strong: string; readonly weak: string },
  figures: Readonly<Record<string, EnergyFigure>>,
): EnergyView {
  const models = [pair.strong, pair.weak]
  const missing = models.filter((model) => !Object.hasOwn(figures, model))
  if (missing.length > 0) return { kind: 'unknown', models: missing }
  const [strong, weak] = models.map((model) => checkedFigure(model, figures[model]!))
  const share = result.strongCallPercent / 100
  const wattHoursPerQuery = share * strong!.wattHoursPerQuery + (1 - share) * weak!.wattHoursPerQuery
  return {
    kind: 'known',
    wattHoursPerQuery,
    scorePerWattHour: result.score / wattHoursPerQuery,
    sources: [...new Set([strong!.source, weak!.source])],
  }
}

function checkedFigure(model: string, figure: EnergyFigure): EnergyFigure {
  if (
    Number.isFinite(figure.wattHoursPerQuery) &&
    figure.wattHoursPerQuery > 0 &&
    figure.source.trim() !== ''
  ) {
    return figure
  }
  throw new DataError(
    'energy-figure',
    `The energy figure of ${model} is ${figure.wattHoursPerQuery} Wh per query from ${JSON.stringify(figure.source)}. ` +
      'Give watt-hours above 0 and the source that they are from.',
  )
}
