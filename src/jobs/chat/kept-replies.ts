import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkOutput } from '../../base/files/write-outputs.ts'
import type { JobContext } from '../job.ts'
import { type ChatEndpoints, type ChatOptions, openChatEndpoints } from './endpoints.ts'

/** The name of the cache of a job that names none: beside its output. */
export function defaultCache(output: string): string {
  return `${output}.replies`
}

/**
 * Runs work that asks models, and keeps every reply until the result is whole: in the cache of the options, or else in
 * `<output>.replies`, which is removed after a complete run. A job that is stopped, fails or reaches its cost cap
 * continues from there without paying again.
 *
 * @param output is checked before anything is asked.
 * @param work its result is complete if `isComplete` says so and the output is in its place.
 */
export async function withKeptReplies<Result>(
  options: Omit<ChatOptions, 'price'> & {
    readonly input: string
    readonly output: string
    readonly samples?: number
  },
  { workspace, onNotice }: JobContext,
  work: (endpoints: ChatEndpoints) => Promise<Result>,
  isComplete: (result: Result) => boolean,
): Promise<Result> {
  const input = resolve(workspace.folder, options.input)
  const output = resolve(workspace.folder, options.output)
  const cache = resolve(workspace.folder, options.cache ?? defaultCache(output))
  await checkOutput(output, [input, cache])
  const endpoints = await openChatEndpoints({ ...options, cache }, workspace)
  let complete = false
  try {
    const result = await work(endpoints)
    complete = isComplete(result)
    return result
  } finally {
    await endpoints.close()
    const kept = endpoints.keptReplies
    const isOwn = options.cache === undefined
    if (isOwn && (complete || kept === 0)) await rm(cache, { force: true })
    else if (!complete && kept > 0)
      onNotice?.(`${kept} replies are kept in ${cache}: run the same command again to continue from there`)
  }
}
