import type { FeedbackTrust } from '../../../learning/loop/feedback-trust.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import type { JudgedRequest } from '../../../store/records/dataset.ts'
import { findTrustedQuality } from '../dataset/labelled-requests.ts'

/**
 * The mean quality of a session's answers, as shadow calls, people, and trusted feedback say; null for
 * a session without any.
 */
export async function readSessionQuality(
  pages: AsyncIterable<readonly JudgedRequest[]>,
  options: { readonly pair: ModelPair; readonly trust: FeedbackTrust },
): Promise<(session: string) => number | null> {
  const sums = new Map<string, { total: number; count: number }>()
  for await (const page of pages)
    for (const request of page) {
      const label = findTrustedQuality(request, options)
      if (label === null) continue
      const session = request.session ?? request.id
      const sum = sums.get(session) ?? { total: 0, count: 0 }
      sums.set(session, { total: sum.total + label.quality, count: sum.count + 1 })
    }
  return (session) => {
    const sum = sums.get(session)
    return sum === undefined ? null : sum.total / sum.count
  }
}
