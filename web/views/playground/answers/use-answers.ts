import { useEffect, useRef, useState } from 'preact/hooks'
import { type Answer, createAnswer, isOver, streamAnswer } from './answer.ts'

export type Answers = {
  /** In the order in which the models were named. */
  readonly answers: readonly Answer[]
  readonly isBusy: boolean
  /** Asks the models at once, and forgets what they answered before. */
  ask(models: readonly string[], messages: readonly object[]): void
  /** Asks one of them again. */
  retry(model: string): void
  /** The upstreams are aborted, and what came stays. */
  stop(): void
}

/** Text that comes faster is shown together. */
const frameMs = 33

export function useAnswers(): Answers {
  const [answers, setAnswers] = useState<readonly Answer[]>([])
  const known = useRef<Map<string, Answer>>(new Map())
  const control = useRef(new AbortController())
  const asked = useRef<readonly object[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const show = () => {
    timer.current = null
    setAnswers([...known.current.values()])
  }
  const begin = (model: string) => {
    known.current.set(model, createAnswer(model))
    const { signal } = control.current
    void streamAnswer(model, asked.current, signal, (news) => {
      const before = known.current.get(model)
      if (signal.aborted || before === undefined) return
      known.current.set(model, { ...before, ...news })
      timer.current ??= setTimeout(show, frameMs)
    })
  }
  const stop = () => {
    control.current.abort()
    control.current = new AbortController()
    for (const [model, answer] of known.current)
      if (!isOver(answer)) known.current.set(model, { ...answer, state: 'stopped' })
    show()
  }
  useEffect(
    () => () => {
      control.current.abort()
      if (timer.current !== null) clearTimeout(timer.current)
    },
    [],
  )
  return {
    answers,
    isBusy: answers.some((answer) => !isOver(answer)),
    ask(models, messages) {
      stop()
      known.current = new Map()
      asked.current = messages
      for (const model of models) begin(model)
      show()
    },
    retry(model) {
      begin(model)
      show()
    },
    stop,
  }
}
