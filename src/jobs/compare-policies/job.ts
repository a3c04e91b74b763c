import { resolve } from 'node:path'
import { z } from 'zod'
import { runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { writeOutputs } from '../../base/files/write-outputs.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { PricedCandidate } from '../../learning/evaluation/policies/candidates.ts'
import { replayLabels } from '../../learning/evaluation/policies/labelled-traffic.ts'
import type { PolicyLabel } from '../../learning/evaluation/policies/labels.ts'
import { type LoggedTraffic, readLoggedTraffic } from '../../learning/evaluation/policies/logged-traffic.ts'
import { measureTraffic, type TrafficMeasure } from '../../learning/evaluation/policies/measure.ts'
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
import { type ComparedLabels, type PolicyComparison, toRows } from './comparison.ts'
import { writeComparison } from './files.ts'
import { describeTraffic } from './notes.ts'

const payload = z.object({
  /** Files of one request log, in any format that an audit reads. */
  log: z.array(z.string()).min(1).readonly(),
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

/** Replays a log through the configured policies: what each would choose, cost and lose. Sends nothing anywhere. */
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
    const inputs = await protectedFiles(workspace, [...given.log, ...(given.labels ?? [])], routers)
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
  const { workspace, signal, onProgress } = context
  const files = given.log.map((file) => resolve(workspace.folder, file))
  await checkReadTwice(files)
  const format = given.format === undefined ? await recogniseLog(files, signal) : findLogFormat(given.format)
  const candidates = open.candidates.map(toPricedCandidate)
  const logged = await readLoggedTraffic({
    files,
    format,
    pickPrompt: await loadPickPrompt(context),
    policies: open.policies,
    candidates,
    signal,
    onProgress: (done) => onProgress({ stage: 'replaying the log', done, total: null, detail: '' }),
  })
  const labelled =
    given.labels === undefined ? null : await replayLabelFiles(given.labels, open, logged, context)
  const onLog = await measureInSteps(logged.traffic, given, context)
  const onLabels = labelled === null ? null : await measureInSteps(labelled.traffic, given, context)
  return {
    log: given.log.join(', '),
    requests: onLog.requests,
    ...toRows(
      { measure: onLog, replayed: logged.traffic.policies },
      labelled === null || onLabels === null
        ? null
        : { measure: onLabels, replayed: labelled.traffic.policies },
    ),
    best: onLabels?.best ?? null,
    labels: labelled?.about ?? null,
    resampled: onLog.resampled,
    outputTokens: logged.outputTokens,
    leftOut: logged.leftOut,
    notes: [
      ...(open.listPrices === null
        ? []
        : [`Prices that the configuration does not state: ${open.listPrices}.`]),
      ...describeTraffic(logged, labelled?.traffic ?? null, candidates),
    ],
  }
}

/** The labels as the policies answer them, without what their routers learned from them. */
async function replayLabelFiles(
  names: readonly string[],
  open: OpenPolicies,
  { outputTokens }: LoggedTraffic,
  context: JobContext,
): Promise<{ traffic: LoggedTraffic['traffic']; about: ComparedLabels }> {
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
  const observed = outputTokens.filter(({ mean }) => mean !== null)
  const overall =
    observed.reduce((sum, { mean, requests }) => sum + (mean ?? 0) * requests, 0) /
    Math.max(
      1,
      observed.reduce((sum, { requests }) => sum + requests, 0),
    )
  const { traffic, labels, withoutScores } = await replayLabels({
    labels: fresh,
    policies: await open.withRouters(routerFor),
    candidates: open.candidates.map(toPricedCandidate),
    outputTokensOf: (candidate) => outputTokens[candidate]?.mean ?? overall,
    signal,
    onProgress: (done) =>
      onProgress({ stage: 'replaying the labels', done, total: fresh.length, detail: '' }),
  })
  return {
    traffic,
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
