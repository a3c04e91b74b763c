import { createHash } from 'node:crypto'
import type { Config } from '../../../../config/config.ts'
import { RouteLLMError } from '../../../../errors.ts'

/** A text that is another one after any change of the keys. It tells nothing of them. */
export function findRevision({ server, keyFile }: Pick<Config, 'server' | 'keyFile'>): string {
  const state = JSON.stringify([server.keys, server.clientKeys.length, keyFile?.shadowed ?? []])
  return createHash('sha256').update(state).digest('hex').slice(0, 16)
}

/** @throws RouteLLMError `keys-changed` (409) unless the keys are those that a person saw. */
export function checkRevision(config: Config, revision: string): void {
  if (findRevision(config) === revision) return
  throw new RouteLLMError(
    'keys-changed',
    'The keys were changed meanwhile, by another page or in a file. Nothing was done: look at them, then try again.',
    { status: 409 },
  )
}
