import { useEffect, useState } from 'preact/hooks'
import type { CommandRun } from '../../../src/server/admin/actions/command-run.ts'
import { postJson } from '../../api/request.ts'
import { type Resource, useResource } from '../../api/use-resource.ts'

type RunAnswer = { readonly run: CommandRun<unknown> | null }

const runningMs = 700
const idleMs = 15_000

/** A command that the server runs: followed while it runs, whoever has started it. @param path of its routes. */
export function useRun<Answer extends RunAnswer>(path: string, onDone: () => void = () => {}) {
  const [isRunning, setRunning] = useState(false)
  const [asking, setAsking] = useState<'start' | 'cancel' | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const resource: Resource<Answer> = useResource<Answer>(path, isRunning ? runningMs : idleMs)
  const state = resource.data?.run?.state
  useEffect(() => {
    setRunning(state === 'running')
    if (isRunning && state === 'done') onDone()
  }, [state])

  const ask = (what: 'start' | 'cancel', answer: Promise<unknown>) => {
    setAsking(what)
    setError(null)
    answer
      .catch((failure: Error) => setError(failure))
      .finally(() => {
        setAsking(null)
        resource.retry()
      })
  }
  return {
    resource,
    /** Why it could not be started or stopped. */
    error,
    asking,
    start: (body: object) => ask('start', postJson(path, body)),
    cancel: () => ask('cancel', postJson(path, {}, { method: 'DELETE' })),
  }
}
