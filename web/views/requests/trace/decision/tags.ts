import type { RequestTrace } from '../../../../../src/store/reader/answers.ts'

type Tagged = Pick<RequestTrace, 'status' | 'model' | 'calls'>

/** What became of each model that was called, and of the one that answered or was called last. */
export function findTags({ status, model, calls }: Tagged): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  for (const call of calls)
    if (call.isAborted) tags.set(call.model, 'given up')
    else if (call.isRefused || call.firstByteMs === null) tags.set(call.model, 'failed')
    else tags.set(call.model, 'not used')
  if (model !== null) tags.set(model, findLastTag(status, calls.length))
  return tags
}

function findLastTag(status: number, calls: number): string {
  if (status < 400) return 'answered'
  if (calls === 0) return 'chosen'
  return status === 499 ? 'given up' : 'failed'
}
