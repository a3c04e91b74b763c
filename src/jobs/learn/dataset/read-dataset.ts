import { hearAbort } from '../../../base/concurrency/run-steps.ts'
import type { LabelledRequest } from '../../../learning/loop/labelled-request.ts'
import type { Database } from '../../../store/database/open-database.ts'
import { type JudgedQuery, type JudgedRequest, readJudgedRequests } from '../../../store/records/dataset.ts'
import type { JobContext } from '../../job.ts'
import { loadPickPrompt } from '../../pick-prompt.ts'
import type { PolicyInService } from '../in-service.ts'
import { feedbackTrust } from './feedback-trust.ts'
import { toLabelledRequests } from './labelled-requests.ts'

/** Their texts are in memory. */
const mostRequests = 20_000

/** The labelled requests of a policy, of the window before `now`. */
export async function readDataset(
  db: Database,
  inService: PolicyInService,
  textFolder: string,
  now: number,
  context: JobContext,
): Promise<readonly LabelledRequest[]> {
  const { config } = context.workspace
  let missingTexts = 0
  const pages = readJudged(
    db,
    { since: now - config.learn.window, textFolder, onMissingText: () => void missingTexts++ },
    context,
  )
  const rows = await toLabelledRequests(pages, {
    policy: inService.recorded,
    router: inService.router.name,
    pair: inService.pair,
    models: inService.models,
    trust: feedbackTrust(config),
    pickPrompt: await loadPickPrompt(context),
  })
  if (missingTexts > 0)
    context.onWarning(
      `the text of ${missingTexts} requests cannot be read; their vectors are used, if there are any`,
    )
  return rows
}

/** The newest judged requests, with progress. */
export async function* readJudged(
  db: Database,
  query: Omit<JudgedQuery, 'limit'>,
  { signal, onProgress }: Pick<JobContext, 'signal' | 'onProgress'>,
): AsyncGenerator<readonly JudgedRequest[]> {
  let done = 0
  for await (const page of readJudgedRequests(db, { ...query, limit: mostRequests })) {
    await hearAbort(signal)
    done += page.length
    onProgress({ stage: 'reading the store', done, total: null, detail: '' })
    yield page
  }
}
