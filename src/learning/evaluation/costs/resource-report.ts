import type { Benchmark, ScoredRouter } from '../benchmark.ts'
import { type ResourceUse, resourceUses } from '../metrics/gap-points.ts'
import { type TokenBasis, tokensOfRows } from './token-counts.ts'

/** Watt-hours or milliseconds of one answer of each model, and the source of the figures. */
export type ResourceFigures = {
  readonly unit: 'Wh' | 'ms'
  /** A measurement, paper or page. Published figures for one model differ by more than tenfold. */
  readonly source: string
  readonly models: Readonly<Record<string, ResourceFigure>>
}

export type ResourceFigure =
  | { readonly kind: 'per-request'; readonly value: number }
  /** Of input and output together. */
  | { readonly kind: 'per-thousand-tokens'; readonly value: number }

export type ResourceReport = {
  readonly unit: 'Wh' | 'ms'
  readonly source: string
  /** Absent if every figure is per request. */
  readonly tokens?: TokenBasis
  /** Models without a figure. Every line with one of them is unknown; no figure is invented. */
  readonly unknown: readonly string[]
  readonly lines: readonly (ResourceUse & {
    /** Score divided by the cost of a query. `null` if the cost is unknown. */
    readonly scorePerUnit: number | null
  })[]
}

/** Quality against watt-hours or milliseconds, from figures that name their source. */
export function resourceReport(
  { rows, strongModel, weakModel }: Benchmark,
  routers: readonly ScoredRouter[],
  figures: ResourceFigures,
): ResourceReport {
  const tokens = tokensOfRows(rows)
  const figureOf = (model: string) =>
    Object.hasOwn(figures.models, model) ? figures.models[model] : undefined
  const valuesOf = (model: string, side: 'strong' | 'weak') => {
    const figure = figureOf(model)
    return figure === undefined
      ? undefined
      : tokens[side].map(({ inputTokens, outputTokens }) =>
          figure.kind === 'per-request' ? figure.value : (figure.value * (inputTokens + outputTokens)) / 1000,
        )
  }
  const models = [weakModel, strongModel]
  const lines = resourceUses(rows, { strong: strongModel, weak: weakModel }, routers, {
    strong: valuesOf(strongModel, 'strong'),
    weak: valuesOf(weakModel, 'weak'),
  })
  return {
    unit: figures.unit,
    source: figures.source,
    ...(models.some((model) => figureOf(model)?.kind === 'per-thousand-tokens') && { tokens: tokens.basis }),
    unknown: models.filter((model) => figureOf(model) === undefined),
    lines: lines.map((line) => ({
      ...line,
      scorePerUnit: line.perQuery === null ? null : line.score / line.perQuery,
    })),
  }
}
