import { hearAbort } from '../../base/concurrency/run-steps.ts'
import type { FeedbackTrust } from '../../learning/loop/feedback-trust.ts'
import type { LoggedChoice } from '../../learning/loop/off-policy/logged-choice.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import type { LoggedRequest } from '../../store/records/logged/logged-requests.ts'
import type { JobContext } from '../job.ts'
import { findTrustedQuality } from '../learn/dataset/labelled-requests.ts'
import type { QualityLabel } from './labels.ts'
import type { ChooseTarget, TargetChoice } from './target-choices.ts'

/** A request of the log, and what the policy would have chosen. */
export type LoggedRow = Pick<LoggedChoice, 'session' | 'model' | 'propensities' | 'usd' | 'task'> & {
  readonly chosen: string
  readonly label: QualityLabel | null
}

/** Requests of the log that say nothing of the policy, by why. */
export type LeftOut = {
  /** No model answered. */
  failed: number
  /** Another model answered than was drawn. */
  replaced: number
  /** Nothing is kept by which the policy's router could score them. */
  notKept: number
  /** The policy's router failed, or it has no candidate for them. */
  notChosen: number
}

export type ReadLog = {
  readonly rows: readonly LoggedRow[]
  readonly leftOut: LeftOut
  /** By what the policy's choices were found. */
  readonly scoredBy: Readonly<Record<(TargetChoice & { kind: 'chosen' })['by'], number>>
  /** What was wrong at the first request of `notChosen`; null if there is none. */
  readonly problem: string | null
}

/** Reads the log, and asks the policy about each request. One page is in memory at a time, of the rows only what an estimate needs. */
export async function readLog(
  pages: AsyncIterable<readonly LoggedRequest[]>,
  choose: ChooseTarget,
  labelling: { readonly pair: ModelPair; readonly trust: FeedbackTrust },
  { signal, onProgress }: JobContext,
): Promise<ReadLog> {
  const rows: LoggedRow[] = []
  const leftOut: LeftOut = { failed: 0, replaced: 0, notKept: 0, notChosen: 0 }
  const scoredBy = { text: 0, vector: 0, 'win-rate': 0, 'no-router': 0 }
  let problem: string | null = null
  let done = 0
  for await (const page of pages) {
    await hearAbort(signal)
    for (const request of page) {
      const logged = toLogged(request)
      if (logged === 'failed' || logged === 'replaced') {
        leftOut[logged]++
        continue
      }
      const target = await choose(request, signal)
      if (target.kind === 'not-kept') leftOut.notKept++
      else if (target.kind === 'failed') {
        leftOut.notChosen++
        problem ??= target.problem
      } else {
        scoredBy[target.by]++
        rows.push({ chosen: target.model, label: findTrustedQuality(request, labelling), ...logged })
      }
    }
    done += page.length
    onProgress({ stage: 'reading the store', done, total: null, detail: '' })
  }
  return { rows, leftOut, scoredBy, problem }
}

/** The request as the estimate sees it, or why it says nothing. */
function toLogged(
  request: LoggedRequest,
): Pick<LoggedChoice, 'session' | 'model' | 'propensities' | 'usd' | 'task'> | 'failed' | 'replaced' {
  const { session, model, candidates, usd, task, status, isReplaced } = request
  if (model === null || candidates === null || status >= 400) return 'failed'
  const propensities = Object.fromEntries(
    candidates.map((candidate) => [candidate.model, candidate.propensity ?? 0]),
  )
  if (isReplaced || !(propensities[model]! > 0)) return 'replaced'
  return { session, model, propensities, usd, task }
}
