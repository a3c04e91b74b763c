import { useEffect, useState } from 'preact/hooks'
import type { PromptsAnswer } from '../../../../src/server/admin/api/request-texts.ts'
import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
import { postJson } from '../../../api/request.ts'

export type Prompts = {
  /** Null: the text is kept no more. Absent: it is being read. */
  readonly byId: ReadonlyMap<string, string | null>
  readonly error: Error | null
  retry(): void
}

const mostAsked = 100

/** What was asked, of the requests whose text is kept: it is read after the list, because it takes longer. */
export function usePrompts(requests: readonly RequestSummary[]): Prompts {
  const [byId, setById] = useState<Prompts['byId']>(new Map())
  const [error, setError] = useState<Error | null>(null)
  const [isAsking, setAsking] = useState(false)
  const ids = requests.filter(({ id, hasText }) => hasText && !byId.has(id)).map(({ id }) => id)
  const isWanting = ids.length > 0 && !isAsking && error === null
  // A question that runs is not cancelled: requests that come in meanwhile are asked for next.
  useEffect(() => {
    if (!isWanting) return
    setAsking(true)
    postJson<PromptsAnswer>('/requests/prompts', { ids: ids.slice(0, mostAsked) })
      .then(
        ({ prompts }) =>
          setById(
            (before) => new Map([...before, ...prompts.map(({ id, prompt }) => [id, prompt] as const)]),
          ),
        setError,
      )
      .finally(() => setAsking(false))
  }, [isWanting])
  return { byId, error, retry: () => setError(null) }
}
