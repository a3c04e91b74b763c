import { untilAborted } from '../../../base/concurrency/run-steps.ts'
import { normalizedText } from '../../../base/text/text-identity.ts'
import { InvalidRequestError, RouterError } from '../../../errors.ts'
import { byCandidate, findCandidate } from '../../../learning/evaluation/policies/candidates.ts'
import { noLabelScoresAll } from '../../../learning/evaluation/policies/labels.ts'
import { charactersPerToken } from '../../../learning/formats/logs/token-estimate.ts'
import { checkLabelWeights, type LabelPopulation, populationOf } from '../../../learning/rows/label-counts.ts'
import type { LabelledStep, ToleranceLabel } from '../../../routing/calibration/tolerance/labels.ts'
import { findToleranceSteps } from '../../../routing/calibration/tolerance/steps.ts'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { basisOf, type LabelBasis } from '../../../routing/routers/trained-prompts/label-origins.ts'
import type { JobContext } from '../../job.ts'
import type { OpenPolicies, OpenPolicy } from '../../policies/open-policies.ts'
import { readPolicyLabelFiles } from '../../policies/policy-labels.ts'

/** A label with the policy's choice at every tolerance. */
export type PoolLabel = ToleranceLabel & {
  readonly steps: readonly PoolStep[]
  /** [candidates] */
  readonly scores: readonly number[]
  /** The prompt without differences of spelling. */
  readonly group: string
}

/** The choice of a model from a tolerance on; dollars are those that the policy expects. */
export type PoolStep = LabelledStep & { readonly model: string }

export type PoolLabels = {
  /** The candidate that failures are counted against: the asked one, or the policy's safest. */
  readonly reference: string
  readonly labels: readonly PoolLabel[]
  readonly basis: LabelBasis
  readonly crossFittedLabels: number
  readonly about: LabelPopulation
  /** Rows that lack the score of a candidate. They are left out. */
  readonly otherRows: number
  /** Labels that the router was trained on and cannot be scored without. They are left out. */
  readonly learnedLabels: number
}

/**
 * Asks a policy about each label and follows its rule through all tolerances. Labels that its router was trained on are scored
 * by a fit without them, or left out with a warning if it keeps none.
 *
 * @param askedReference a candidate. Default: the one that answers if the router fails.
 *
 * Throws InvalidRequestError `labels-were-trained-on` if half of the labels or more have to be left out, DataError
 * `labels-without-candidates` if none scores all candidates and `weighted-labels`, and what `findPoolSteps` throws.
 */
export async function readPoolLabels(
  open: OpenPolicies,
  names: readonly string[],
  askedReference: string | undefined,
  context: JobContext,
): Promise<PoolLabels> {
  const { signal, onProgress, onWarning } = context
  const { candidates } = open
  const reference = findReference(open, askedReference)
  const labelFiles = await readPolicyLabelFiles(names, open, context)
  const { files, labels: read, isLearned, crossFitted, routerFor } = labelFiles
  const learnedLabels = isLearned.filter(Boolean).length
  if (learnedLabels > 0 && 2 * learnedLabels >= read.length)
    throw trainedOn(files, learnedLabels, read.length)
  if (learnedLabels > 0)
    onWarning(
      `${learnedLabels} of the ${read.length} labels are left out: the router was trained on them and does not keep the scores of a fit without each of them`,
    )
  const [policy] = await open.withRouters(routerFor)
  const labels: PoolLabel[] = []
  const counts: { weight: number; requests?: number }[] = []
  for await (const [row, label] of untilAborted(read.entries(), signal)) {
    const scores = byCandidate(candidates, label.scores).filter((score) => score !== undefined)
    if (isLearned[row] === true || scores.length < candidates.length) continue
    const { prompt, requests, weight = requests ?? 1 } = label
    const steps = await findPoolSteps(policy!, prompt, signal)
    labels.push({
      steps: steps.map((step) => ({
        ...step,
        score: scores[candidates.findIndex(({ name }) => name === step.model)]!,
        isReference: step.model === candidates[reference]!.name,
      })),
      scores,
      referenceScore: scores[reference]!,
      group: normalizedText(prompt),
      ...(requests !== undefined && { requests }),
    })
    counts.push({ weight, ...(requests !== undefined && { requests }) })
    onProgress({ stage: `asking ${policy!.name}`, done: row + 1, total: read.length, detail: '' })
  }
  if (labels.length === 0)
    throw noLabelScoresAll(
      read,
      candidates.map(({ name }) => name),
    )
  checkLabelWeights(counts)
  return {
    labels,
    reference: candidates[reference]!.name,
    basis: basisOf(crossFitted, labels.length),
    crossFittedLabels: crossFitted,
    about: populationOf(counts),
    otherRows: read.length - learnedLabels - labels.length,
    learnedLabels,
  }
}

/**
 * What a policy chooses for a prompt at every tolerance: the choices of "the cheapest within the tolerance" over the scores and
 * the dollars of its own decision.
 *
 * @throws RouterError `policy-not-scored` if its router does not score the prompt; what the policy throws.
 */
export async function findPoolSteps(
  { name, policy }: OpenPolicy,
  prompt: string,
  signal: AbortSignal,
): Promise<Omit<PoolStep, 'score' | 'isReference'>[]> {
  const needs = { ...noNeeds, inputTokens: Math.ceil(prompt.length / charactersPerToken) }
  const request = { prompt: promptFromText(prompt), messages: [], needs, cachedTokens: null }
  const choice = await policy.choose(request, signal)
  if (choice.kind === 'fallback')
    throw new RouterError(
      'policy-not-scored',
      `The router of the policy ${name} did not score a prompt: ${choice.problem}.`,
    )
  const { candidates, scores, model } = choice
  // Without scores there is one candidate that can answer.
  const steps =
    scores === null
      ? [{ from: 0, candidate: candidates.findIndex((each) => each.model === model) }]
      : findToleranceSteps(
          scores,
          candidates.map(({ usd }) => usd),
        )
  return steps.map(({ from, candidate }) => ({
    from,
    model: candidates[candidate]!.model.name,
    usd: candidates[candidate]!.usd,
  }))
}

function findReference({ policies, candidates }: OpenPolicies, asked: string | undefined): number {
  const name = asked ?? policies[0]!.policy.safest.name
  const place = findCandidate(candidates, name)
  if (place >= 0) return place
  throw new InvalidRequestError(
    'unknown-model',
    `--strong-model ${name} is no candidate of the policy ${policies[0]!.name}, which has ${candidates.map((model) => model.name).join(', ')}`,
    { param: '--strong-model' },
  )
}

function trainedOn(files: readonly string[], learned: number, labels: number): InvalidRequestError {
  return new InvalidRequestError(
    'labels-were-trained-on',
    `the policy's router was trained on ${learned} of the ${labels} labels of ${files.join(' and ')}, so that its scores flatter it there. Give labels that it has not seen: split them first (routellm data split), train on one part and calibrate on the other`,
    { param: '--labels' },
  )
}
