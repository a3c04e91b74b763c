/** What finished calls tell about the next ones: lengths of replies and latencies, by model. */
export type ObservedCalls = {
  /** The observations of a model. Its calls are kept from now on; calls of other models are not. */
  of(model: string): ObservedModel
  /** Takes constant time and keeps bounded memory. */
  add(call: FinishedCall): void
}

export type ObservedModel = {
  /** The mean number of tokens of the latest replies to prompts of a task; of all tasks if it is null. */
  outputTokens(task: string | null): Observation
  /** @param percentile 0 to 100. */
  firstTokenSeconds(percentile: number): Observation
  /** @param percentile 0 to 100. */
  secondsPerOutputToken(percentile: number): Observation
}

/** A statistic of `count` observations; `value` is 0 if there are none. */
export type Observation = { readonly count: number; readonly value: number }

/** One call that was answered to its end. */
export type FinishedCall = {
  /** The model's configured name, or `provider/upstream name`. */
  readonly model: string
  /** The kind of work; null if it was not read. */
  readonly task: string | null
  readonly outputTokens: number
  /** Null if the reply was no stream: its head comes with its end. */
  readonly latency: {
    readonly firstTokenSeconds: number
    readonly secondsPerOutputToken: number
  } | null
}
