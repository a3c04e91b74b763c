/** The client's side of a request. Its calls come from one attempt only: the one that committed. */
export type ReplyReceiver = {
  /** The reply is this attempt's from here on. Comes once, before all others but `onError`. */
  onCommit(status: number, headers: Readonly<Record<string, string>>, isEventStream: boolean): void
  /** Returns false to pause the upstream; `resume` continues it. */
  onData(chunk: Buffer, resume: () => void): boolean
  onEnd(): void
  /** No attempt could answer, or the one that committed broke off. */
  onError(error: Error): void
}

/** Learns of an attempt that failed while another one can still answer. */
export type AttemptOwner = {
  /** @param retryAfterMs how long the upstream asked to wait; null if it did not. */
  onUncommittedFailure(error: Error, retryAfterMs: number | null): void
  /** Whether something is done about an upstream that answers with an error: then the client does not get it. */
  takesFailure(): boolean
  /** Whether another model is there for a request that is longer than this one's context. Asked only after status 400 or 413. */
  takesOverflow(): boolean
  /** The request is longer than the model's context, and nobody was told. */
  onContextOverflow(): void
}
