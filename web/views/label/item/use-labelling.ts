import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { LabelAnswerAnswer, LabelItemAnswer } from '../../../../src/server/admin/api/label/routes.ts'
import { postJson, requestJson } from '../../../api/request.ts'
import { navigate, readPlace } from '../../../app/location.ts'

export type Verdict = LabelAnswerAnswer['verdict']

/** A request that is being labelled, and what can be done with it. */
export type Labelling = {
  /** Null: none waits. */
  readonly requestId: string | null
  /** Null while it is read. */
  readonly item: LabelItemAnswer | null
  /** What is under way. */
  readonly busy: 'reading' | 'asking' | 'answering' | null
  readonly error: { readonly what: string; readonly error: Error } | null
  /** The last answer, with the names. */
  readonly revealed: LabelAnswerAnswer | null
  /** Answers since the page was opened. */
  readonly labelled: number
  ask(): void
  /** Leaves the other model alone. */
  cancel(): void
  showOne(): void
  answer(verdict: Verdict): void
  undo(): void
  retry(): void
}

export type LabellingOptions = {
  /** The request that the address names. */
  readonly named: string | null
  /** Requests of the queue, in its order. */
  readonly waiting: readonly string[]
  /** Who labels; may be empty. */
  readonly by: string
  readonly asksAtOnce: boolean
  /** The queue is another one now. */
  readonly onChanged: () => void
}

export function useLabelling(options: LabellingOptions): Labelling {
  const { named, waiting, by, asksAtOnce, onChanged } = options
  const [done, setDone] = useState<ReadonlySet<string>>(new Set())
  const [item, setItem] = useState<LabelItemAnswer | null>(null)
  const [busy, setBusy] = useState<Labelling['busy']>(null)
  const [error, setError] = useState<Labelling['error']>(null)
  const [revealed, setRevealed] = useState<LabelAnswerAnswer | null>(null)
  const [labelled, setLabelled] = useState(0)
  const [round, setRound] = useState(0)
  const control = useRef<AbortController | null>(null)
  const left = waiting.filter((id) => !done.has(id))
  // One that was taken back comes first again.
  const [again, setAgain] = useState<string | null>(null)
  const requestId = named ?? again ?? left[0] ?? null
  const next = left.find((id) => id !== requestId) ?? null

  /** Runs what ends with an item; a later one aborts it. */
  const run = (what: Labelling['busy'], failed: string, read: (signal: AbortSignal) => Promise<void>) => {
    control.current?.abort()
    const own = new AbortController()
    control.current = own
    setBusy(what)
    setError(null)
    read(own.signal)
      .catch((caught: Error) => {
        if (!own.signal.aborted) setError({ what: failed, error: caught })
      })
      .finally(() => {
        if (control.current === own) setBusy(null)
      })
  }
  const ask = (id: string) =>
    run('asking', 'The other model was not asked', async (signal) => {
      setItem(await postJson<LabelItemAnswer>('/label/ask', { requestId: id }, { signal }))
    })
  const open = (id: string, one: boolean) =>
    run('reading', 'The request cannot be read', async (signal) => {
      const path = `/label/items/${encodeURIComponent(id)}${one ? '?one=true' : ''}`
      setItem(await requestJson<LabelItemAnswer>(path, { signal }))
    })

  useEffect(() => {
    setItem(null)
    setError(null)
    if (requestId !== null) open(requestId, false)
    return () => control.current?.abort()
  }, [requestId, round])

  // Also for the item that is shown as this is chosen.
  useLayoutEffect(() => {
    if (!asksAtOnce || busy === 'answering') return
    if (item !== null && item.requestId === requestId && isOffered(item)) ask(requestId)
  }, [asksAtOnce, item])

  // While a person reads, the other model answers the next request.
  const isReady = asksAtOnce && item?.answers.kind === 'two'
  useEffect(() => {
    if (isReady && next !== null) postJson('/label/ask', { requestId: next }).catch(() => {})
  }, [isReady, next])

  return {
    requestId,
    item: item?.requestId === requestId ? item : null,
    busy,
    error,
    revealed,
    labelled,
    ask() {
      if (requestId !== null && item !== null && busy === null && isOffered(item)) ask(requestId)
    },
    cancel() {
      if (busy !== 'asking') return
      control.current?.abort()
      setBusy(null)
    },
    showOne() {
      if (requestId !== null && busy !== 'answering' && item?.answers.kind === 'hidden') open(requestId, true)
    },
    answer(verdict) {
      if (item === null || item.requestId !== requestId || busy === 'answering') return
      if (!isPossible(item, verdict)) return
      run('answering', 'Nothing was labelled', async (signal) => {
        const answered = await postJson<LabelAnswerAnswer>(
          '/label/answer',
          { shown: item.shown, verdict, by },
          { signal },
        )
        setRevealed(answered)
        setLabelled((before) => before + 1)
        setDone((before) => new Set([...before, item.requestId]))
        setAgain(null)
        if (named !== null) navigate(`/label${location.search}`)
        onChanged()
      })
    },
    undo() {
      if (revealed === null || busy === 'answering') return
      run('answering', 'The answer was not taken back', async (signal) => {
        const { requestId: id } = await postJson<{ requestId: string }>(
          '/label/undo',
          { shown: revealed.shown },
          { signal },
        )
        setRevealed(null)
        setLabelled((before) => Math.max(0, before - 1))
        setDone((before) => new Set([...before].filter((each) => each !== id)))
        setAgain(id)
        if (readPlace().path !== '/label') navigate(`/label${location.search}`)
        setRound((before) => before + 1)
        onChanged()
      })
    },
    retry: () => setRound((before) => before + 1),
  }
}

function isOffered({ answers }: LabelItemAnswer): boolean {
  return answers.kind === 'hidden' && answers.offer.kind === 'possible'
}

/** Whether the verdict is about what is shown. */
function isPossible({ answers }: LabelItemAnswer, verdict: Verdict): boolean {
  if (verdict === 'skip') return true
  if (answers.kind === 'two') return verdict !== 'good'
  return answers.kind === 'one' && (verdict === 'good' || verdict === 'bad')
}
