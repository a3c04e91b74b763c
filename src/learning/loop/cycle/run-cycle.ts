import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { hearAbort } from '../../../base/concurrency/run-steps.ts'
import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import { DataError } from '../../../errors.ts'
import { checkPromise } from '../../../routing/calibration/ordered-losses.ts'
import { createFewLabelRouterOf } from '../../../routing/routers/few_label/of-artifact.ts'
import { calibrationQuantiles } from '../../training/trained-router.ts'
import type { LabelledRequest } from '../labelled-request.ts'
import { decidePromotion } from '../promotion/decide-promotion.ts'
import { type TrainedCandidate, trainCandidate } from './candidate/train-candidate.ts'
import type { CycleOptions, ThresholdRouter } from './cycle-options.ts'
import type { CycleResult, LeftOut } from './cycle-result.ts'
import { brokenPromise } from './held-out/broken-promise.ts'
import { type ChosenThreshold, chooseThreshold } from './held-out/choose-threshold.ts'
import { certify, describeComparison } from './held-out/describe-candidate.ts'
import { compareSessions, type HeldOutRow, toHeldOutRow } from './held-out/held-out-row.ts'
import { oneOfEachSession } from './held-out/one-of-each-session.ts'
import { winRatesOfRows } from './held-out/win-rates.ts'
import { createLabelCounter } from './split/count-labels.ts'
import { decidingRows } from './split/deciding-rows.ts'
import { missingLabels } from './split/missing-labels.ts'
import { type SplitRows, splitRows } from './split/split-rows.ts'

/**
 * Rows of the store → a candidate router → a threshold with the guarantee, on labels that were not trained on → a comparison with
 * the router in service, on others again. The same rows, options and seed give the same result, byte for byte.
 *
 * Training takes all labels with their weights, also those with the outcome of the weak model only. What decides are labels of a trusted
 * source with the outcomes of both models, thinned to a uniform sample of the traffic (`decidingRows`), split by session
 * (`splitRows`). If that is too little, or the candidate is not shown to be better, `why` says so, and nothing is promoted.
 * If the router in service is shown to break the promise (`brokenPromise`), the candidate may be dearer.
 *
 * @throws `InvalidRequestError` for options out of range; `options.signal.reason`.
 */
export async function runCycle(
  given: readonly LabelledRequest[],
  inService: ThresholdRouter,
  options: CycleOptions,
): Promise<CycleResult> {
  // Sums depend on their order in the last digits.
  const rows = given.toSorted((one, other) => one.time - other.time || (one.id < other.id ? -1 : 1))
  const {
    pair,
    trustedKeys = [],
    trustsUnnamed = false,
    seed = 0,
    maxLoss = 0.05,
    confidence = 0.95,
    signal,
  } = options
  checkPromise({ maxLoss, confidence })
  signal?.throwIfAborted()
  const counter = createLabelCounter(rows)
  const scored = await scoredInService(
    decidingRows(rows, { pair, trustedKeys, trustsUnnamed, seed }, counter.leaveOut),
    inService,
    counter.leaveOut,
    signal,
  )
  const split = splitRows(
    rows,
    scored.map(({ row }) => row),
    seed,
  )
  const strongInService = new Map(scored.map(({ row, isStrong }) => [row, isStrong]))
  const refuse = (why: string): CycleResult => ({
    promoted: false,
    why,
    labels: counter.counts(split),
    candidate: null,
    comparison: null,
  })
  const missing = missingLabels(split, options)
  if (missing !== null) return refuse(missing)
  const trained = await trainUnlessImpossible(split, options, counter.leaveOut)
  if (typeof trained === 'string') return refuse(trained)
  const heldOut = await scoreHeldOut(
    [...split.calibration, ...split.comparison],
    trained,
    strongInService,
    options,
    counter.leaveOut,
  )
  const compared = new Set(split.comparison.map(({ session }) => session))
  const [comparison, calibration] = partition(heldOut, ({ session }) => compared.has(session))
  await hearAbort(signal)
  const chosen = chooseThreshold(calibration, thresholdOptions(options, comparison))
  if (!chosen.possible) return refuse(guaranteeMissing(chosen, options))
  const sessions = compareSessions(comparison, chosen.threshold)
  const promiseTest = brokenPromiseOptions(options)
  const promotion = decidePromotion(sessions, {
    ...options,
    promiseBroken: brokenPromise([...calibration, ...comparison], promiseTest),
    promiseErrorRate: promiseTest.errorRate,
  })
  return {
    promoted: promotion.promoted,
    why: promotion.why,
    labels: counter.counts(split),
    candidate: {
      ...withCalibration(trained, calibration, options),
      threshold: chosen.threshold,
      ...certify(chosen, comparison, inService, options),
    },
    comparison: describeComparison(promotion, comparison, {
      candidate: { router: trained.router.name, threshold: chosen.threshold },
      inService: { router: inService.router.name, threshold: inService.threshold },
    }),
  }
}

type ScoredRow = { readonly row: LabelledRequest; readonly isStrong: boolean }

/** The rows whose decision by the router in service is known: by its win rate now, or by that of the time. */
async function scoredInService(
  rows: readonly LabelledRequest[],
  { router, threshold }: ThresholdRouter,
  leaveOut: (row: LabelledRequest, why: LeftOut) => void,
  signal: AbortSignal | undefined,
): Promise<readonly ScoredRow[]> {
  const winRates = await winRatesOfRows(router, rows, ({ strongWinRate }) => strongWinRate, signal)
  return rows.flatMap((row, place): ScoredRow[] => {
    const winRate = winRates[place] ?? null
    if (winRate !== null) return [{ row, isStrong: winRate >= threshold }]
    leaveOut(row, 'not-scored')
    return []
  })
}

/** @returns a sentence if the labels do not teach anything. */
async function trainUnlessImpossible(
  { training }: SplitRows,
  options: CycleOptions,
  leaveOut: (row: LabelledRequest, why: LeftOut) => void,
): Promise<TrainedCandidate | string> {
  try {
    return await trainCandidate(training, options, leaveOut)
  } catch (error) {
    if (error instanceof DataError && (error.code === 'too-few-labels' || error.code === 'labels-all-alike'))
      return `Nothing was trained: ${error.message}`
    throw error
  }
}

async function scoreHeldOut(
  rows: readonly LabelledRequest[],
  { router }: TrainedCandidate,
  strongInService: ReadonlyMap<LabelledRequest, boolean>,
  { pair, lossMargin = 0.1, onProgress, signal }: CycleOptions,
  leaveOut: (row: LabelledRequest, why: LeftOut) => void,
): Promise<readonly HeldOutRow[]> {
  onProgress?.({ stage: 'scoring', done: 0, total: rows.length })
  const winRates = await winRatesOfRows(router, rows, () => null, signal)
  onProgress?.({ stage: 'scoring', done: rows.length, total: rows.length })
  return rows.flatMap((row, place): HeldOutRow[] => {
    const candidate = winRates[place] ?? null
    const inServiceStrong = strongInService.get(row)
    if (candidate === null || inServiceStrong === undefined) {
      leaveOut(row, 'not-scored')
      return []
    }
    return [toHeldOutRow(row, pair, { candidate, inServiceStrong }, lossMargin)]
  })
}

/**
 * The candidate with the win rates of the calibration part, one of each session: a uniform sample of the traffic, which the watch over its
 * certificate compares with. The labels that were trained on are none, because some were likelier to be drawn than others.
 */
function withCalibration(
  { artifact }: TrainedCandidate,
  calibration: readonly HeldOutRow[],
  { name, embedder, seed = 0 }: CycleOptions,
): TrainedCandidate {
  const winRates = oneOfEachSession(calibration, seed).map(({ candidate }) => candidate)
  const calibrated: RouterArtifact = {
    ...artifact,
    manifest: {
      ...artifact.manifest,
      calibration: {
        prompts: winRates.length,
        winRateQuantiles: evenQuantiles(winRates, calibrationQuantiles),
      },
    },
  }
  return {
    artifact: calibrated,
    router: createFewLabelRouterOf(calibrated, { name, source: name, embedder }),
  }
}

function partition<Row>(rows: readonly Row[], holds: (row: Row) => boolean): readonly [Row[], Row[]] {
  return [rows.filter(holds), rows.filter((row) => !holds(row))]
}

/** Of the error rate, for the test of the promise: it needs fewer sessions than that of dollars, which gets the rest. */
const promisePart = 0.2

function brokenPromiseOptions({ maxLoss = 0.05, errorRate = 0.05, attempts = 1, seed = 0 }: CycleOptions) {
  return { maxLoss, errorRate: (promisePart * errorRate) / attempts, seed }
}

function thresholdOptions(
  {
    maxLoss = 0.05,
    confidence = 0.95,
    qualityMargin = 0.02,
    errorRate = 0.05,
    attempts = 1,
    seed = 0,
  }: CycleOptions,
  comparison: readonly HeldOutRow[],
) {
  const comparedSessions = new Set(comparison.map(({ session }) => session)).size
  return { maxLoss, confidence, qualityMargin, errorRate: errorRate / attempts, comparedSessions, seed }
}

function guaranteeMissing(
  { reason, independentLabels, labelsNeeded }: Extract<ChosenThreshold, { readonly possible: false }>,
  { pair, maxLoss = 0.05, confidence = 0.95 }: CycleOptions,
): string {
  const promise = `that at most ${100 * maxLoss} % of requests are lost, with ${100 * confidence} % confidence`
  return reason === 'router' || labelsNeeded === null
    ? `The candidate is not promoted: no threshold of it keeps the promise ${promise}. It does not tell the requests that ${pair.weak} answers well from the others.`
    : `The candidate is not promoted: no threshold of it keeps the promise ${promise}, on ${independentLabels} calibration sessions. At their rate of losses about ${labelsNeeded - independentLabels} more calibration sessions are needed.`
}
