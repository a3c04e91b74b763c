import { z } from 'zod'
import { runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { StoreError } from '../../errors.ts'
import { estimateOffPolicy } from '../../learning/loop/off-policy/estimate.ts'
import type { Database } from '../../store/database/open-database.ts'
import { openExistingStore } from '../../store/open-existing.ts'
import { storePaths } from '../../store/paths.ts'
import { countUnlogged, readLoggedRequests } from '../../store/records/logged/logged-requests.ts'
import type { Job, JobContext } from '../job.ts'
import { feedbackTrust } from '../learn/dataset/feedback-trust.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { findPolicySpec, openPolicies } from '../policies/open-policies.ts'
import { useLabels } from './labels.ts'
import { findNotes } from './notes.ts'
import type { PolicyEstimate } from './policy-estimate.ts'
import { type ReadLog, readLog } from './read-log.ts'
import { checkEstimated, createTargetChoices } from './target-choices.ts'

const payload = z.object({
  /** `auto`, or a policy of the configuration. */
  policy: z.string(),
  /** ISO 8601: requests of the time before it. */
  time: z.iso.datetime(),
  /** Milliseconds before `time`. Default: all that the store has. */
  since: z.exactOptional(z.number().positive()),
})

type EstimatePayload = z.output<typeof payload>

/** So large a part of the requests may be left out because they cannot be scored, or because their dollars are not known. */
const mostLeftOut = 0.01

/**
 * Estimates from the requests of the store and their propensities what a policy would have cost and how well it would have answered.
 *
 * Throws StoreError `store-off`, `store-missing`; InvalidRequestError `unknown-policy`, `policy-not-estimated`.
 */
export const estimatePolicyJob: Job<EstimatePayload, PolicyEstimate> = {
  name: 'estimate-policy',
  payload,
  async run(given, context) {
    const { config } = context.workspace
    const { store, source, auto } = config
    const name = given.policy === 'auto' && auto.kind === 'policy' ? auto.policy : given.policy
    const spec = findPolicySpec(config, name)
    checkEstimated(spec)
    if (store === null)
      throw new StoreError(
        'store-off',
        `${source} says \`store: off\`, so there are no requests to estimate from.`,
      )
    const db = await openExistingStore(store.folder)
    try {
      const open = await openPolicies([spec], context.workspace)
      try {
        const choose = await createTargetChoices(open, await loadPickPrompt(context))
        const since = given.since === undefined ? null : Date.parse(given.time) - given.since
        let missingTexts = 0
        const pages = readLoggedRequests(db, {
          since: since ?? 0,
          textFolder: storePaths(store.folder).texts,
          onMissingText: () => void missingTexts++,
        })
        const labelling = { pair: config.policy, trust: feedbackTrust(config) }
        const log = await readLog(pages, choose, labelling, context)
        if (missingTexts > 0)
          context.onWarning(
            `the text of ${missingTexts} requests cannot be read; their vectors are used, if there are any`,
          )
        return await estimate(db, given.policy, since, log, context)
      } finally {
        await open.close()
      }
    } finally {
      await db.destroy()
    }
  },
}

async function estimate(
  db: Database,
  policy: string,
  since: number | null,
  log: ReadLog,
  { signal }: JobContext,
): Promise<PolicyEstimate> {
  const { leftOut, scoredBy } = log
  const { failed, replaced, notKept, notChosen } = leftOut
  const unlogged = await countUnlogged(db, since ?? 0)
  const unpriced = log.rows.filter(({ usd }) => usd === null).length
  // With more of them than a few, the estimate of the dollars is refused, and that of the quality is not.
  const leavesUnpriced = unpriced <= mostLeftOut * log.rows.length
  const rows = leavesUnpriced ? log.rows.filter(({ usd }) => usd !== null) : log.rows
  const { qualities, use } = useLabels(rows)
  const refusal = findRefusal(log, unlogged)
  const found =
    refusal ??
    (await runUntilAborted(
      estimateOffPolicy(
        rows.map((row, index) => ({ ...row, ...qualities[index]! })),
        ({ chosen }) => ({ [chosen]: 1 }),
      ),
      signal,
    ))
  const parts = {
    leftOut: { ...leftOut, unpriced: leavesUnpriced ? unpriced : 0 },
    scoredBy,
    labels: use,
  }
  return {
    policy,
    since: since === null ? null : new Date(since).toISOString(),
    logged: log.rows.length + failed + replaced + notKept + notChosen,
    ...parts,
    estimate: found,
    notes: findNotes(parts, unlogged, rows.length),
  }
}

/** Why the log cannot say anything of the policy, before its propensities are looked at; null if it can. */
function findRefusal(
  { rows, leftOut, problem }: ReadLog,
  unlogged: { readonly inExperiments: number; readonly others: number },
): PolicyEstimate['estimate'] | null {
  const { failed, replaced, notKept, notChosen } = leftOut
  const usable = rows.length + notKept + notChosen
  if (usable === 0) {
    const routed = unlogged.inExperiments + unlogged.others + failed + replaced
    return {
      kind: 'refused',
      reason: 'no-propensities',
      message:
        routed === 0
          ? 'The store has no routed request of this time.'
          : `None of the ${routed.toLocaleString('en')} routed requests of this time has an answer of a model that was chosen with a known probability. Configure \`exploration\`, such as exploration: { share: 0.02 }, and ask again when traffic has passed.`,
    }
  }
  const missing = notKept + notChosen
  if (missing <= mostLeftOut * usable) return null
  const counts = [
    ...(notKept === 0
      ? []
      : [
          `of ${notKept.toLocaleString('en')} the store keeps neither text, nor a vector that its router scores, nor a win rate of its router: turn on store.features or store.text, and ask again when traffic has passed`,
        ]),
    ...(notChosen === 0 ? [] : [`at ${notChosen.toLocaleString('en')} it failed (${problem})`]),
  ]
  return {
    kind: 'refused',
    reason: 'not-scored',
    message: `Of ${usable.toLocaleString('en')} requests with propensities the policy can choose for ${rows.length.toLocaleString('en')} only, and the others may differ from them: ${counts.join('; ')}.`,
  }
}
