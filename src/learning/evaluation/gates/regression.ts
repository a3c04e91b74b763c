import { z } from 'zod'
import { readRegularFile } from '../../../base/files/read-file.ts'
import { isAtLeast } from '../../../base/math/decimals.ts'
import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { formatFixed, formatSigned } from '../../../base/text/format/format-number.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { Evaluation } from '../evaluation.ts'
import { pairedInterval } from '../metrics/resampling.ts'
import type { CheckResult } from './requirement.ts'

const interval = z.tuple([z.number(), z.number()])
const routerResult = z.object({ name: z.string(), apgr: z.number(), apgrInterval: interval.nullish() })

/** The fields that a comparison needs of an earlier `evaluate --json`. Others are ignored. */
const earlierEvaluation = z.object({
  benchmark: z.string(),
  metrics: z.enum(['exact', 'reference']).default('exact'),
  rowsHash: z.string(),
  routers: z.array(routerResult).min(1),
  bootstrap: z
    .object({ seed: z.number(), samples: z.number(), apgr: z.record(z.string(), z.array(z.number())) })
    .optional(),
})
export type EarlierEvaluation = z.infer<typeof earlierEvaluation>

const earlierResult = z.union([
  z.object({ evaluations: z.array(earlierEvaluation).min(1) }),
  earlierEvaluation.transform((evaluation) => ({ evaluations: [evaluation] })),
])

/**
 * Reads the output of `routellm evaluate --json`, of one or several benchmarks. Throws `InvalidRequestError`
 * (`earlier-evaluation`).
 */
export async function readEarlierEvaluations(file: string): Promise<readonly EarlierEvaluation[]> {
  let json: unknown
  try {
    json = JSON.parse((await readRegularFile(file)).toString('utf8'))
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
  const parsed = earlierResult.safeParse(json)
  if (parsed.success) return parsed.data.evaluations
  const single = earlierEvaluation.safeParse(json)
  const [issue] = single.success ? parsed.error.issues : single.error.issues
  throw unreadable(file, `${issue?.path.join('.') || 'it'}: ${issue?.message}`, parsed.error)
}

/** Results of an earlier run, and their file. */
export type EarlierResults = { readonly file: string; readonly evaluations: readonly EarlierEvaluation[] }

/**
 * Runs `checkNotWorse` for every earlier result and the evaluation of the same rows. Throws `InvalidRequestError`
 * (`not-comparable`) if any on either side has no counterpart, so that nothing stays unchecked.
 */
export function checkNoneWorse(
  evaluations: readonly Evaluation[],
  earlier: readonly EarlierResults[],
): CheckResult[] {
  if (earlier.length === 0) return []
  const compared = new Set<Evaluation>()
  const results = earlier.flatMap(({ file, evaluations: before }) =>
    before.flatMap((old) => {
      const evaluation =
        evaluations.find(({ rowsHash }) => rowsHash === old.rowsHash) ??
        evaluations.find(({ benchmark }) => benchmark === old.benchmark) ??
        evaluations[0]!
      compared.add(evaluation)
      return checkNotWorse(evaluation, old, file)
    }),
  )
  const alone = evaluations.find((evaluation) => !compared.has(evaluation))
  if (alone === undefined) return results
  throw new InvalidRequestError(
    'not-comparable',
    `None of the earlier results (${earlier.map(({ file }) => file).join(', ')}) measured ${alone.benchmark}. Give one ` +
      'that did with another --not-worse-than, or leave this benchmark out.',
    { param: '--not-worse-than' },
  )
}

/**
 * Checks whether the routers of both evaluations got worse: whether the 95 % interval of new APGR minus old APGR is
 * below 0. A difference within chance passes, and the message has the interval.
 *
 * Both runs with the same seed and number of samples drew the same resamples, so the difference is paired, which
 * makes the interval narrower. Otherwise the two intervals are combined as if they were independent, which is too wide
 * for the same rows, so the check is less sensitive. With `reference` metrics, which have no interval, any lower APGR
 * counts as worse.
 *
 * Throws `InvalidRequestError` (`not-comparable`) if the two were measured on different rows, models or metrics, or
 * have no router in common.
 */
export function checkNotWorse(
  evaluation: Evaluation,
  earlier: EarlierEvaluation,
  source: string,
): CheckResult[] {
  if (evaluation.rowsHash !== earlier.rowsHash || evaluation.metrics !== earlier.metrics) {
    throw new InvalidRequestError(
      'not-comparable',
      `${source} measured ${earlier.benchmark} with ${earlier.metrics} metrics on rows ${earlier.rowsHash.slice(0, 8)}…, ` +
        `this run ${evaluation.benchmark} with ${evaluation.metrics} metrics on rows ` +
        `${evaluation.rowsHash.slice(0, 8)}…. Evaluate both on the same rows, models and metrics.`,
      { param: '--not-worse-than' },
    )
  }
  const shared = evaluation.routers.filter(({ name }) => earlier.routers.some((old) => old.name === name))
  if (shared.length === 0) {
    throw new InvalidRequestError(
      'not-comparable',
      `${source} has the routers ${earlier.routers.map(({ name }) => name).join(', ')}, this run ` +
        `${evaluation.routers.map(({ name }) => name).join(', ')}: none in common. Give both the same name.`,
      { param: '--not-worse-than' },
    )
  }
  return shared.map(({ name, apgr }) => {
    const before = earlier.routers.find((old) => old.name === name)!
    const { kind, interval: range } = differenceOf(evaluation, earlier, name)
    const passed = range === null ? isAtLeast(apgr, before.apgr) : isAtLeast(1 + range[1], 1)
    const chance =
      range === null ? 'no interval' : `95 % interval ${signed(range[0])} to ${signed(range[1])}, ${kind}`
    return {
      passed,
      message:
        `${passed ? 'not worse' : 'worse'}: APGR of ${name} on ${evaluation.benchmark} is ${formatFixed(apgr, 4)}, was ` +
        `${formatFixed(before.apgr, 4)} (difference ${signed(apgr - before.apgr)}, ${chance})`,
    }
  })
}

type Difference = { readonly kind: 'paired' | 'unpaired'; readonly interval: Interval | null }

function differenceOf(evaluation: Evaluation, earlier: EarlierEvaluation, name: string): Difference {
  const [now, then] = [evaluation.bootstrap, earlier.bootstrap]
  const [newValues, oldValues] = [now?.apgr[name], then?.apgr[name]]
  if (newValues && oldValues && now?.seed === then?.seed && newValues.length === oldValues.length) {
    return { kind: 'paired', interval: pairedInterval(newValues, oldValues) }
  }
  const [one, other] = [evaluation, earlier].map(({ routers }) => {
    const router = routers.find((candidate) => candidate.name === name)
    return router?.apgrInterval == null ? null : { apgr: router.apgr, range: router.apgrInterval }
  })
  if (!one || !other) return { kind: 'unpaired', interval: null }
  const difference = one.apgr - other.apgr
  const below = Math.hypot(one.apgr - one.range[0], other.range[1] - other.apgr)
  const above = Math.hypot(one.range[1] - one.apgr, other.apgr - other.range[0])
  return { kind: 'unpaired', interval: [difference - below, difference + above] }
}

function signed(value: number): string {
  return formatSigned(value, 4)
}

function unreadable(file: string, why: string, cause: unknown): InvalidRequestError {
  return new InvalidRequestError(
    'earlier-evaluation',
    `--not-worse-than ${file} is not a result of \`routellm evaluate --json\` (${why}). Give the file that an ` +
      'earlier run wrote.',
    { param: '--not-worse-than', cause },
  )
}
