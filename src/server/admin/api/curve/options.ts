import { formatSetting } from '../../../../base/text/format/format-setting.ts'
import type { LockedVersion, RouterVersion } from '../../../../store/records/types/versions.ts'
import { isRouter } from '../../../../store/records/versions.ts'
import type { LockablePolicy, OtherPolicy, PlannedShare } from '../../actions/lock-actions.ts'

/** What could be in service instead, beside the settings of the curve. */
export type CurveOption = {
  /** `model`: one model for all requests. */
  readonly kind: 'model' | 'policy' | 'version'
  readonly name: string
} & (
  | { readonly at: 'setting'; readonly setting: number; readonly plannedShare: PlannedShare | null }
  /** One model answers all requests: `Curve.always` has its dollars. */
  | { readonly at: 'model'; readonly model: string }
  /** Not computed, because that would be a guess. */
  | {
      readonly at: 'left-out'
      readonly why: string
      /** As `POST /admin/api/difference` names it, to ask its router about kept prompts; null: that is not possible. */
      readonly compared: string | null
    }
)

export type OptionParts = {
  readonly policy: LockablePolicy
  /** All that are configured. */
  readonly policies: readonly LockablePolicy[]
  readonly others: readonly OtherPolicy[]
  /** Of the policy, the oldest first. */
  readonly versions: readonly RouterVersion[]
}

const mostVersions = 12

/**
 * The models of a policy, the other configured policies and the other versions of the policy. Only what follows exactly from the
 * scores that are kept of the requests has a place: the same router with the same models, or one model for everything.
 */
export function findOptions(parts: OptionParts): readonly CurveOption[] {
  const { policy, policies, others } = parts
  const models = policy.candidates.map(
    (model): CurveOption => ({ kind: 'model', name: model, at: 'model', model }),
  )
  return [
    ...models,
    ...policies.filter(({ name }) => name !== policy.name).map((other) => findOfPolicy(other, policy)),
    ...others.map(findOfOther),
    ...findVersions(parts),
  ]
}

function findOfPolicy(
  other: LockablePolicy,
  { router, measure, candidates, serving, settings }: LockablePolicy,
): CurveOption {
  const { name, threshold } = other
  const leave = (why: string): CurveOption => ({
    ...{ kind: 'policy', name, at: 'left-out', why },
    compared: null,
  })
  if (other.measure !== measure) return leave(`It compares with a ${other.measure}, not with a ${measure}.`)
  if (other.router !== router)
    return leave(`${other.router ?? 'A table'} decides, and its scores of these requests are not kept.`)
  if (other.serving?.sha256 !== serving?.sha256)
    return leave(`Its ${router} is another version, whose scores of these requests are not kept.`)
  if (other.candidates.join('\n') !== candidates.join('\n'))
    return leave(`It chooses between other models: ${other.candidates.join(', ')}.`)
  if (other.settings !== settings)
    return leave('Its other settings differ, and what they would choose is not kept.')
  if (threshold === null) return leave(`Its ${measure} is not known.`)
  return { kind: 'policy', name, at: 'setting', setting: threshold, plannedShare: other.plannedShare }
}

function findOfOther({ name, kind, candidates }: OtherPolicy): CurveOption {
  const [model, ...more] = candidates
  // A policy of one model has nothing to decide.
  if (model !== undefined && more.length === 0) return { kind: 'policy', name, at: 'model', model }
  return {
    kind: 'policy',
    name,
    at: 'left-out',
    why: `What a policy of the kind ${kind} would choose does not follow from the scores that are kept.`,
    compared: null,
  }
}

/** Each content once, the newest first, without what is in service. */
function findVersions({ policy, versions }: OptionParts): readonly CurveOption[] {
  const { serving, threshold, router } = policy
  const seen = new Set([`${serving?.sha256} ${threshold}`])
  const found: CurveOption[] = []
  const thresholds = versions.map(({ locked }) => locked.threshold)
  for (const { locked } of versions.toReversed()) {
    const digest = isRouter(locked) ? locked.sha256 : undefined
    const key = `${digest} ${locked.threshold}`
    if (seen.has(key)) continue
    seen.add(key)
    const isOfPresent = digest === serving?.sha256
    const named = isRouter(locked) ? locked.router : isOfPresent ? router : 'the configuration’s router'
    const name = `${named ?? 'the table'} at ${formatSetting(locked.threshold, thresholds)}`
    found.push(
      isOfPresent
        ? {
            kind: 'version',
            name,
            at: 'setting',
            setting: locked.threshold,
            plannedShare: findCounted(locked),
          }
        : {
            kind: 'version',
            name,
            at: 'left-out',
            why: 'Another router, whose scores of these requests are not kept.',
            compared:
              policy.measure === 'threshold'
                ? `${isRouter(locked) ? locked.router : 'configured'}@${locked.threshold}`
                : null,
          },
    )
  }
  return found.slice(0, mostVersions)
}

function findCounted(locked: LockedVersion): PlannedShare | null {
  const evidence = isRouter(locked) ? locked.evidence : undefined
  const { strongCallFraction: share, comparedSessions: sessions = null } = evidence ?? {}
  return share === undefined ? null : { share, by: 'comparison', sessions }
}
