import type { PlannedShare } from '../../../../src/server/admin/actions/lock-actions.ts'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'

type Interval = readonly [number, number]

/** What could be in service instead, with what these requests would have cost and how well they would have been answered. */
export type PlacedOption = {
  readonly kind: CurveAnswer['options'][number]['kind']
  readonly name: string
  /** Its place among the points of the curve; null: it is not on the curve. */
  readonly place: number | null
  /** Null: its price is not known. */
  readonly usd: number | null
  readonly usdInterval: Interval | null
  /** Of what it costs less than what is in service. */
  readonly changeInterval: Interval | null
  /** Of the first model of the policy; null: of neither. */
  readonly strong: number | null
  readonly strongInterval: Interval | null
  /** The share of strong calls that it is set for. */
  readonly plannedShare: PlannedShare | null
  readonly quality: number | null
  readonly qualityInterval: Interval | null
  readonly labels: number
}

export type LeftOutOption = Pick<PlacedOption, 'kind' | 'name'> & {
  readonly why: string
  /** The version that the difference asks about kept prompts; null: it cannot. */
  readonly compared: string | null
}

/** @returns the options that have a place, and those that are left out with the reason. */
export function placeOptions({ options, points, always, policy, requests, labels }: CurveAnswer): {
  readonly placed: readonly PlacedOption[]
  readonly leftOut: readonly LeftOutOption[]
} {
  const placed: PlacedOption[] = []
  const leftOut: LeftOutOption[] = []
  for (const option of options) {
    const { kind, name } = option
    if (option.at === 'left-out') {
      leftOut.push({ kind, name, why: option.why, compared: option.compared })
      continue
    }
    if (option.at === 'setting') {
      const place = points.findIndex(({ setting }) => setting === option.setting)
      const point = points[place]
      if (point === undefined) continue
      placed.push({
        ...point,
        ...{ kind, name, place, plannedShare: option.plannedShare },
        labels: labels.used,
      })
      continue
    }
    const found = always.find(({ model }) => model === option.model)
    if (found === undefined) continue
    const { model, labels: used, ...figures } = found
    if (figures.usd === null)
      leftOut.push({ kind, name, why: `${model} has no price in routellm.yaml.`, compared: null })
    else
      placed.push({
        ...figures,
        ...{ kind, name, place: null, plannedShare: null, strongInterval: null, labels: used },
        strong: policy.measure === 'threshold' ? findStrong(policy.models, model, requests) : null,
      })
  }
  return { placed, leftOut }
}

function findStrong(models: readonly string[], model: string, requests: number): number | null {
  return model === models[0] ? requests : model === models[1] ? 0 : null
}

/** `always gpt-5` for a model, or the name. */
export function titleOf({ kind, name }: Pick<PlacedOption, 'kind' | 'name'>): string {
  return kind === 'model' ? `always ${name}` : name
}
