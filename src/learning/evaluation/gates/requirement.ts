import { isAbove, isAtLeast, isAtMost, isBelow } from '../../../base/math/decimals.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { Evaluation, RouterEvaluation } from '../evaluation.ts'

/** `--require 'mine.apgr>=0.6'`: a condition on one number of an evaluation, for use in CI. */
export type Requirement = {
  /** As it was given. */
  readonly text: string
  readonly left: MetricReference
  readonly comparison: '>=' | '>' | '<=' | '<'
  readonly right:
    | { readonly kind: 'number'; readonly value: number }
    | ({ readonly kind: 'metric' } & MetricReference)
}

/** A number of a router, or of `random`, `length`, `category` or `oracle`. */
export type MetricReference = { readonly router: string; readonly metric: RequiredMetric }

/** `apgr.low` and `apgr.high` are the ends of the 95 % interval. */
export const requiredMetrics = ['apgr', 'apgr.low', 'apgr.high', 'auc', 'cpt.20', 'cpt.50', 'cpt.80'] as const
export type RequiredMetric = (typeof requiredMetrics)[number]

/** The result of a requirement. `message` is for people. */
export type CheckResult = { readonly passed: boolean; readonly message: string }

/**
 * Reads `<router>.<metric> <comparison> <number or router.metric>`, such as `mine.apgr>=0.6`, `mine.cpt.50<40` or
 * `mine.apgr.low>length.apgr`.
 *
 * Throws `InvalidRequestError` (`invalid-requirement`), naming the part that cannot be parsed.
 */
export function parseRequirement(text: string): Requirement {
  const match = /^(?<left>[^<>=]+)(?<comparison>>=|<=|>|<)(?<right>[^<>=]+)$/.exec(text.replace(/\s+/g, ''))
  const { left, comparison, right } = match?.groups ?? {}
  if (left === undefined || right === undefined || !isComparison(comparison)) {
    throw invalid(text, 'it has no comparison (>=, >, <=, <)')
  }
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(right)
  return {
    text,
    left: parseMetric(left, text),
    comparison,
    right: isNumber
      ? { kind: 'number', value: Number(right) }
      : { kind: 'metric', ...parseMetric(right, text) },
  }
}

/**
 * Whether an evaluation meets a requirement.
 *
 * Throws `InvalidRequestError` if it names a router that was not evaluated (`unknown-router`), or an interval that does
 * not exist (`no-interval`).
 */
export function checkRequirement(evaluation: Evaluation, requirement: Requirement): CheckResult {
  const { text, left, comparison, right } = requirement
  const actual = metricOf(evaluation, left, text)
  const bound = right.kind === 'number' ? right.value : metricOf(evaluation, right, text)
  const passed = holds[comparison](actual, bound)
  const boundText = right.kind === 'number' ? `${bound}` : `${right.router}.${right.metric} = ${short(bound)}`
  return {
    passed,
    message:
      `${passed ? 'met' : 'not met'}: ${left.router}.${left.metric} on ${evaluation.benchmark} is ${short(actual)}, ` +
      `required ${comparison} ${boundText}`,
  }
}

/** Finds a router, baseline or the oracle by name. A router has precedence over a baseline of the same name. */
export function findEvaluated(evaluation: Evaluation, name: string): RouterEvaluation | undefined {
  const { routers, baselines, oracle } = evaluation
  return [...routers, baselines.random, baselines.length, baselines.category, oracle].find(
    (candidate) => candidate?.name === name,
  )
}

const holds = {
  '>=': isAtLeast,
  '>': isAbove,
  '<=': isAtMost,
  '<': isBelow,
}

function isComparison(text: string | undefined): text is Requirement['comparison'] {
  return text !== undefined && Object.hasOwn(holds, text)
}

function parseMetric(text: string, requirement: string): MetricReference {
  const dot = text.indexOf('.')
  const name = text.slice(dot + 1)
  const metric = requiredMetrics.find((known) => known === name)
  if (dot <= 0 || metric === undefined) {
    throw invalid(
      requirement,
      `${JSON.stringify(text)} is not a router and one of the metrics ${requiredMetrics.join(', ')}`,
    )
  }
  return { router: text.slice(0, dot), metric }
}

function metricOf(evaluation: Evaluation, { router, metric }: MetricReference, text: string): number {
  const found = findEvaluated(evaluation, router)
  if (found === undefined) {
    const names = evaluation.routers.map(({ name }) => name)
    throw new InvalidRequestError(
      'unknown-router',
      `--require ${JSON.stringify(text)} names ${JSON.stringify(router)}, which was not evaluated. There are ` +
        `${[...names, 'random', 'length', ...(evaluation.baselines.category ? ['category'] : []), 'oracle'].join(', ')}.`,
      { param: '--require' },
    )
  }
  const { apgr, auc, cpt, apgrInterval } = found
  const values = { apgr, auc, 'cpt.20': cpt[20], 'cpt.50': cpt[50], 'cpt.80': cpt[80] }
  if (metric !== 'apgr.low' && metric !== 'apgr.high') return values[metric]
  if (apgrInterval !== null) return apgrInterval[metric === 'apgr.low' ? 0 : 1]
  throw new InvalidRequestError(
    'no-interval',
    `--require ${JSON.stringify(text)} asks for an interval, and there is none (${evaluation.noIntervals}). ` +
      (evaluation.noIntervals === 'reference-metrics'
        ? 'Leave --metrics reference out.'
        : 'Give more rows, on which the gap between the two models is clearer.'),
    { param: '--require' },
  )
}

function invalid(text: string, why: string): InvalidRequestError {
  return new InvalidRequestError(
    'invalid-requirement',
    `--require ${JSON.stringify(text)} cannot be parsed: ${why}. Write it like 'mine.apgr>=0.6' or 'mine.cpt.50<=40'.`,
    { param: '--require' },
  )
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)))
}
