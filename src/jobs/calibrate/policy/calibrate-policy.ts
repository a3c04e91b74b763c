import { hearAbort, runUntilAborted, untilAborted } from '../../../base/concurrency/run-steps.ts'
import { DataError, InvalidRequestError } from '../../../errors.ts'
import { retainedQualityInterval } from '../../../learning/evaluation/metrics/retained-quality.ts'
import { readRows } from '../../../learning/formats/read-rows.ts'
import { parseRow, stringColumn } from '../../../learning/formats/row.ts'
import { requestsOf } from '../../../routing/calibration/ordered-losses.ts'
import { guaranteedTolerance } from '../../../routing/calibration/tolerance/guarantee.ts'
import { stepAt } from '../../../routing/calibration/tolerance/steps.ts'
import { toleranceForBudget, toleranceForQuality } from '../../../routing/calibration/tolerance/targets.ts'
import type { JobContext } from '../../job.ts'
import { loadPickPrompt } from '../../pick-prompt.ts'
import { findPolicySpec, type OpenPolicies, openPolicies } from '../../policies/open-policies.ts'
import { findDataFile } from '../../workspace.ts'
import type { CalibrationTarget, TargetOf } from '../payload.ts'
import { defaultConfidence } from '../run.ts'
import type {
  PolicyBudgetCalibration,
  PolicyCalibration,
  PolicyLossCalibration,
  PolicyQualityCalibration,
  ToleranceEffect,
} from './calibration.ts'
import { findPoolSteps, type PoolLabels, type PoolStep, readPoolLabels } from './tolerance-labels.ts'

/**
 * The tolerance of a policy for a guaranteed loss, a quality to keep, or dollars per request. What the configuration has as
 * tolerance does not count.
 *
 * Throws InvalidRequestError `unknown-policy`, `policy-without-tolerance`, and what reading and asking throw.
 */
export async function calibratePolicy(
  { name, reference }: { readonly name: string; readonly reference?: string | undefined },
  target: CalibrationTarget,
  context: JobContext,
): Promise<PolicyCalibration> {
  const { workspace } = context
  const spec = findPolicySpec(workspace.config, name)
  if (typeof spec.tolerance !== 'number')
    throw new InvalidRequestError(
      'policy-without-tolerance',
      `the policy ${name} is of the kind ${spec.kind}, which has no tolerance. Give one that chooses the cheapest candidate within a tolerance, or calibrate a router's threshold with --router`,
      { param: '--policy' },
    )
  const open = await openPolicies([spec], workspace)
  try {
    switch (target.kind) {
      case 'loss':
        return await calibrateLoss({ name, reference }, open, target, context)
      case 'quality':
        return await calibrateQuality(name, open, target, context)
      case 'budget':
        return await calibrateBudget(name, open, target, context)
      case 'share':
        throw new InvalidRequestError(
          'option-without-use',
          `--strong-model-pct has no effect with --policy: ${name} has more than two models. Give --max-loss, --min-quality or --usd-per-request`,
          { param: '--strong-model-pct' },
        )
    }
  } finally {
    await open.close()
  }
}

async function calibrateLoss(
  { name: policy, reference }: { readonly name: string; readonly reference: string | undefined },
  open: OpenPolicies,
  target: TargetOf<'loss'>,
  context: JobContext,
): Promise<PolicyLossCalibration> {
  const { maxLoss, confidence = defaultConfidence, nextRequests, lossMargin = 0 } = target
  const read = await readPoolLabels(open, [target.labels].flat(), reference, context)
  const found = guaranteedTolerance(read.labels, {
    maxLoss,
    confidence,
    lossMargin,
    ...(nextRequests !== undefined && { requests: nextRequests }),
  })
  await hearAbort(context.signal)
  const common = {
    ...onLabels(policy, read),
    reference: read.reference,
    maxLoss,
    confidence,
    lossMargin,
    ...(nextRequests !== undefined && { nextRequests }),
  }
  return found.possible
    ? { ...found, ...effectOf(read.labels, found.tolerance), ...common }
    : { ...found, ...common }
}

async function calibrateQuality(
  policy: string,
  open: OpenPolicies,
  target: TargetOf<'quality'>,
  context: JobContext,
): Promise<PolicyQualityCalibration> {
  const { minQuality, confidence = defaultConfidence, seed = 0 } = target
  const read = await readPoolLabels(open, [target.labels].flat(), undefined, context)
  const { labels } = read
  const means = open.candidates.map(
    (_, place) =>
      labels.reduce((sum, { scores, requests = 1 }) => sum + requests * scores[place]!, 0) /
      requestsOf(labels),
  )
  const best = means.indexOf(Math.max(...means))
  const found = toleranceForQuality(labels, means[best]!, minQuality)
  const common = { ...onLabels(policy, read), minQuality, best: open.candidates[best]!.name }
  if (!found.possible) return { ...found, ...common }
  // Of a pair whose weak model answers all: the chosen candidate's score as a part of the best one's.
  const rows = labels.map(({ group, steps, scores, requests = 1 }) => ({
    prompt: group,
    strongWinRate: 0,
    strongScore: scores[best]!,
    weakScore: stepAt(steps, found.tolerance).score,
    weight: requests,
  }))
  const qualityInterval = await runUntilAborted(
    retainedQualityInterval(rows, 1, { confidence, seed }),
    context.signal,
  )
  return { ...found, ...effectOf(labels, found.tolerance), ...common, qualityInterval, confidence }
}

async function calibrateBudget(
  policy: string,
  open: OpenPolicies,
  { usdPerRequest, prompts: name }: TargetOf<'budget'>,
  context: JobContext,
): Promise<PolicyBudgetCalibration> {
  const { signal, onProgress } = context
  const file = await findDataFile(name, context.workspace)
  const prompts: { steps: (PoolStep & { score: number })[] }[] = []
  const rows = readRows(file, { signal, loadPickPrompt: () => loadPickPrompt(context) })
  for await (const { place, value } of untilAborted(rows, signal)) {
    const prompt = stringColumn(parseRow(value, place), 'prompt', place)
    const steps = await findPoolSteps(open.policies[0]!, prompt, signal)
    // Dollars do not depend on how well the models answer.
    prompts.push({ steps: steps.map((step) => ({ ...step, score: 0 })) })
    onProgress({ stage: `asking ${policy}`, done: prompts.length, total: null, detail: '' })
  }
  if (prompts.length === 0)
    throw new DataError(
      'no-prompts',
      `${file} has no prompt in it; give at least one, {"prompt": "…"} a line`,
    )
  const found = toleranceForBudget(prompts, usdPerRequest)
  const common = { policy, budgetUsdPerRequest: usdPerRequest, prompts: prompts.length }
  return found.possible
    ? { ...effectOf(prompts, found.tolerance), ...found, ...common }
    : { ...found, ...common }
}

function onLabels(policy: string, { labels, reference: _reference, ...read }: PoolLabels) {
  return { policy, ...read, labels: labels.length, requests: requestsOf(labels) }
}

function effectOf(
  labels: readonly { readonly steps: readonly PoolStep[]; readonly requests?: number }[],
  tolerance: number,
): ToleranceEffect {
  const answered = new Map<string, number>()
  const total = requestsOf(labels)
  let usd: number | null = 0
  for (const { steps, requests = 1 } of labels) {
    const chosen = stepAt(steps, tolerance)
    answered.set(chosen.model, (answered.get(chosen.model) ?? 0) + requests)
    usd = usd === null || chosen.usd === null ? null : usd + requests * chosen.usd
  }
  return {
    usdPerRequest: usd === null ? null : usd / total,
    shares: Object.fromEntries([...answered].map(([model, requests]) => [model, requests / total])),
  }
}
