import { z } from 'zod'
import { hearAbort } from '../../base/concurrency/run-steps.ts'
import { StoreError } from '../../errors.ts'
import type { Database } from '../../store/database/open-database.ts'
import { openExistingStore } from '../../store/open-existing.ts'
import { storePaths } from '../../store/paths.ts'
import type { Job, JobContext } from '../job.ts'
import { openPolicyInService, type PolicyInService } from '../learn/in-service.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { compareDecisions, type ScoredRequest } from './compare-decisions.ts'
import { type OpenVersion, openVersion } from './open-version.ts'
import type { PolicyDifference } from './policy-difference.ts'
import { findLastPlace, readDecided } from './read-decided.ts'
import { scoreKept, toKeptRequest, withWinRates } from './score-kept.ts'

const payload = z.object({
  /** `auto`, or a policy of the kind pair. */
  policy: z.string().default('auto'),
  /** As `openVersion` reads it. */
  from: z.string(),
  to: z.string(),
  /** The newest requests are compared, at most so many. */
  limit: z.int().min(1).max(100_000).default(2000),
})

type DifferencePayload = z.output<typeof payload>

/**
 * Which requests of the store two versions of a policy decide differently, and what that costs. Each request is decided on its own: what
 * sessions make of a decision is not replayed. A reply of the other model is taken to be as long as that of the one that answered.
 *
 * Throws StoreError `store-off`, `store-missing`; what `openPolicyInService` and `openVersion` throw.
 */
export const differenceJob: Job<DifferencePayload, PolicyDifference> = {
  name: 'difference',
  payload,
  async run(given, context) {
    const { workspace, signal } = context
    const { store, source } = workspace.config
    if (store === null)
      throw new StoreError(
        'store-off',
        `${source} says \`store: off\`, so there are no requests to compare versions on.`,
      )
    const db = await openExistingStore(store.folder)
    const opened: { close(): Promise<void> }[] = []
    try {
      const inService = await openPolicyInService(given.policy, workspace)
      opened.push(inService)
      const from = await openVersion(given.from, inService, db, workspace)
      opened.push(from)
      const to = await openVersion(given.to, inService, db, workspace)
      opened.push(to)
      await hearAbort(signal)
      const { scored, notScored } = await scoreRequests(db, { inService, from, to }, given.limit, context)
      const describe = ({ version, router, threshold }: OpenVersion) => ({
        version,
        router: router.name,
        threshold,
      })
      return {
        policy: given.policy,
        from: describe(from),
        to: describe(to),
        ...inService.pair,
        notScored,
        ...compareDecisions(scored, { from: from.threshold, to: to.threshold }),
      }
    } finally {
      for (const { close } of opened) await close()
      await db.destroy()
    }
  },
}

type Versions = {
  readonly inService: PolicyInService
  readonly from: OpenVersion
  readonly to: OpenVersion
}

async function scoreRequests(
  db: Database,
  { inService, from, to }: Versions,
  limit: number,
  context: JobContext,
): Promise<{ readonly scored: readonly ScoredRequest[]; readonly notScored: number }> {
  const { workspace, onProgress, onWarning } = context
  const { recorded, pair, models } = inService
  const pickPrompt = await loadPickPrompt(context)
  const findModel = (name: string) => models.find((model) => model.name === name)!
  const priced = { strong: findModel(pair.strong), weak: findModel(pair.weak) }
  const scored: ScoredRequest[] = []
  let [done, missingTexts] = [0, 0]
  const last = await findLastPlace(db)
  const pages = readDecided(
    db,
    {
      policy: recorded,
      ...{ pair, limit, last },
      textFolder: storePaths(workspace.config.store!.folder).texts,
      onMissingText: () => void missingTexts++,
    },
    context,
  )
  for await (const page of pages) {
    const kept = page.map((request) => toKeptRequest(request, pickPrompt, priced))
    const ofFrom = await scoreKept(from.router, kept, context)
    const ofTo = to.router === from.router ? ofFrom : await scoreKept(to.router, kept, context)
    scored.push(...withWinRates(kept, ofFrom, ofTo))
    done += page.length
    onProgress({ stage: 'scoring', done, total: Math.min(limit, last), detail: '' })
    await hearAbort(context.signal)
  }
  if (missingTexts > 0)
    onWarning(
      `the text of ${missingTexts} requests cannot be read; their win rates or vectors are used, if there are any`,
    )
  return { scored, notScored: done - scored.length }
}
