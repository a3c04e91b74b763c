import { resolve } from 'node:path'
import { z } from 'zod'
import { runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { writeOutputs } from '../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../errors.ts'
import { meanOutputTokens } from '../../learning/evaluation/costs/token-counts.ts'
import type { PricedCandidate } from '../../learning/evaluation/policies/candidates.ts'
import { type LabelledTraffic, replayLabels } from '../../learning/evaluation/policies/labelled-traffic.ts'
import type { PolicyLabel } from '../../learning/evaluation/policies/labels.ts'
import { type LoggedTraffic, readLoggedTraffic } from '../../learning/evaluation/policies/logged-traffic.ts'
import { measureTraffic, type TrafficMeasure } from '../../learning/evaluation/policies/measure.ts'
import type { ReplayedTraffic } from '../../learning/evaluation/policies/replay.ts'
import { findLogFormat } from '../../learning/formats/logs/formats.ts'
import { recogniseLog } from '../../learning/formats/logs/read-log.ts'
import { populationOf } from '../../learning/rows/label-counts.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Job, JobContext } from '../job.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import {
  findPolicySpec,
  findPolicySpecs,
  type OpenPolicies,
  openPolicies,
} from '../policies/open-policies.ts'
import { readPolicyLabelFiles } from '../policies/policy-labels.ts'
import { protectedFiles } from '../protected-files.ts'
import { checkReadTwice } from '../read-twice.ts'
import { type ComparedLabels, type Measured, type PolicyComparison, toRows } from './comparison.ts'
import { writeComparison } from './files.ts'
import { describeTraffic } from './notes.ts'

const payload = z.object({
  /** Files of one request log, in any format that an audit reads. Default: the labels are the traffic. */
  log: z.exactOptional(z.array(z.string()).min(1).readonly()),
  /** Default: recognised by the first rows. */
  format: z.exactOptional(z.string()),
  /** Outcomes of the candidates on requests of the traffic; several files are read as one. */
  labels: z.exactOptional(z.array(z.string()).min(1).readonly()),
  /** Names of policies. Default: all of the configuration, and `auto`. */
  policies: z.exactOptional(z.array(z.string()).min(1).readonly()),
  /** Draws the resamples of the intervals. */
  seed: z.number().default(0),
  resamples: z.number().int().min(100).default(1000),
  /** A folder to write policies.json and, with labels and prices, policies.svg to. */
  output: z.exactOptional(z.string()),
})

export type ComparePoliciesPayload = z.output<typeof payload>

/** Replays a log or labels through the configured policies: what each would choose, cost and lose. Sends nothing anywhere. */
export const comparePoliciesJob: Job<ComparePoliciesPayload, PolicyComparison> = {
  name: 'compare-policies',
  payload,
  async run(given, context) {
    const { workspace } = context
    const { config } = workspace
    const specs =
      given.policies === undefined
        ? findPolicySpecs(config)
        : [...new Set(given.policies)].map((name) => findPolicySpec(config, name, '--policies'))
    const open = await openPolicies(specs, workspace)
    const routers = [...open.routers.values()].map(({ spec }) => spec)
    const inputs = await protectedFiles(workspace, [...(given.log ?? []), ...(given.labels ?? [])], routers)
    try {
      return await writeOutputs(inputs, async (openOutput) => {
        const comparison = await compare(given, open, context)
        if (given.output !== undefined)
          await writeComparison(openOutput, resolve(workspace.folder, given.output), comparison)
        return comparison
      })
    } finally {
      await open.close()
    }
  },
}

async function compare(
  given: ComparePoliciesPayload,
  open: OpenPolicies,
  context: JobContext,
): Promise<PolicyComparison> {
  const logged = given.log === undefined ? null : await replayLog(given.log, given.format, open, context)
  const labelled =
    given.labels === undefined ? null : await replayLabelFiles(given.labels, open, logged, context)
  const measure = async ({ traffic }: { readonly traffic: ReplayedTraffic }): Promise<Measured> => ({
    measure: await measureInSteps(traffic, given, context),
    replayed: traffic.policies,
  })
  const onLog = logged === null ? null : await measure(logged)
  const onLabels = labelled === null ? null : await measure(labelled)
  const priced = onLog ?? onLabels
  if (priced === null)
    throw new InvalidRequestError('nothing-to-compare', 'name a log (--log), or labels (--labels)', {
      param: '--log',
    })
  return {
    log: given.log?.join(', ') ?? null,
    requests: priced.measure.requests,
    ...toRows(priced, onLabels),
    best: onLabels?.measure.best ?? null,
    labels: labelled?.about ?? null,
    resampled: priced.measure.resampled,
    outputTokens: logged?.outputTokens ?? [],
    leftOut: logged?.leftOut ?? {},
    notes: [
      ...(open.listPrices === null
        ? []
        : [`Prices that the configuration does not state: ${open.listPrices}.`]),
      ...describeTraffic(logged, labelled),
    ],
  }
}

/** The requests of the log as the policies would have had them answered. */
async function replayLog(
  names: readonly string[],
  formatName: string | undefined,
  open: OpenPolicies,
  context: JobContext,
): Promise<LoggedTraffic> {
  const { workspace, signal, onProgress } = context
  const files = names.map((file) => resolve(workspace.folder, file))
  await checkReadTwice(files)
  return readLoggedTraffic({
    files,
    format: formatName === undefined ? await recogniseLog(files, signal) : findLogFormat(formatName),
    pickPrompt: await loadPickPrompt(context),
    policies: open.policies,
    candidates: open.candidates.map(toPricedCandidate),
    signal,
    onProgress: (done) => onProgress({ stage: 'replaying the log', done, total: null, detail: '' }),
  })
}

/** The labels as the policies answer them, without what their routers learned from them. */
async function replayLabelFiles(
  names: readonly string[],
  open: OpenPolicies,
  logged: LoggedTraffic | null,
  context: JobContext,
): Promise<Pick<LabelledTraffic, 'traffic' | 'estimatedTokens'> & { readonly about: ComparedLabels }> {
  const { signal, onProgress, onWarning } = context
  const labelFiles = await readPolicyLabelFiles(names, open, context)
  const { files, labels: read, isLearned, crossFitted, routerFor } = labelFiles
  const fresh = read.filter((_, label) => isLearned[label] !== true)
  const learned = read.length - fresh.length
  if (fresh.length === 0 && learned > 0) throw allLearned(files, learned)
  if (learned > 0)
    onWarning(
      `${learned} of the ${read.length} labels are left out: a router was trained on them and does not keep the scores of a fit without each of them`,
    )
  const { traffic, labels, withoutScores, estimatedTokens } = await replayLabels({
    labels: fresh,
    policies: await open.withRouters(routerFor),
    candidates: open.candidates.map(toPricedCandidate),
    outputTokensOf: logged === null ? () => meanOutputTokens : toOutputTokens(logged),
    signal,
    onProgress: (done) =>
      onProgress({ stage: 'replaying the labels', done, total: fresh.length, detail: '' }),
  })
  return {
    traffic,
    estimatedTokens,
    about: {
      labels,
      requests: traffic.weights.reduce((sum, weight) => sum + weight, 0),
      about: populationOf(fresh.map(toLabelCount)),
      crossFitted,
      learned,
      withoutScores,
    },
  }
}

/** What a reply of each candidate is taken to have: the mean of its own in the log, else that of all. */
function toOutputTokens({ outputTokens }: LoggedTraffic): (candidate: number) => number {
  const observed = outputTokens.filter(({ mean }) => mean !== null)
  const overall =
    observed.reduce((sum, { mean, requests }) => sum + (mean ?? 0) * requests, 0) /
    Math.max(
      1,
      observed.reduce((sum, { requests }) => sum + requests, 0),
    )
  return (candidate) => outputTokens[candidate]?.mean ?? overall
}

function toLabelCount({ requests, weight = requests ?? 1 }: PolicyLabel) {
  return { weight, ...(requests !== undefined && { requests }) }
}

function measureInSteps(
  traffic: LoggedTraffic['traffic'],
  { seed, resamples }: ComparePoliciesPayload,
  { signal }: JobContext,
): Promise<TrafficMeasure> {
  return runUntilAborted(measureTraffic(traffic, { seed, resamples }), signal)
}

function toPricedCandidate(model: Model): PricedCandidate {
  const { name, upstream, inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model
  if (input === undefined || output === undefined) return { name, upstream }
  return {
    name,
    upstream,
    prices: { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output },
  }
}

function allLearned(files: readonly string[], labels: number): InvalidRequestError {
  return new InvalidRequestError(
    'labels-were-trained-on',
    `the routers of the policies were trained on all ${labels} labels of ${files.join(' and ')}, so that their choices flatter them there. Give labels that they have not seen: split them first (routellm data split), train on one part and compare on the other`,
    { param: '--labels' },
  )
}
