import type { RouteLLMError } from '../../../errors.ts'
import type { Applicant } from './admission.ts'

export type TurnParts = Pick<Applicant, 'key' | 'bytes' | 'begin' | 'refuse'>

/** The place of one request in the queue. A class, because one is made per request that waits. */
export class Turn implements Applicant {
  readonly key: string | null
  readonly bytes: number
  readonly #parts: TurnParts
  readonly #since = performance.now()
  #waitedMs: number | null = null

  constructor(parts: TurnParts) {
    this.#parts = parts
    this.key = parts.key
    this.bytes = parts.bytes
  }

  get isAwaited(): boolean {
    return this.#waitedMs === null
  }

  /** Null while it waits. */
  get waitedMs(): number | null {
    return this.#waitedMs
  }

  begin(): void {
    this.leave()
    this.#parts.begin()
  }

  refuse(error: RouteLLMError): void {
    this.leave()
    this.#parts.refuse(error)
  }

  leave(): void {
    this.#waitedMs = performance.now() - this.#since
  }
}
