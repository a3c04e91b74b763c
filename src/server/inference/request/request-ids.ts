import { randomBytes } from 'node:crypto'

/** Unique across restarts and machines, and cheap: a random prefix, then a counter. */
export function createRequestIds(): () => string {
  const prefix = `rllm-${randomBytes(6).toString('hex')}-`
  let count = 0
  return () => prefix + (++count).toString(36)
}
