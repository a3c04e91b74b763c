/** Says what live sessions show of the experiments of the configuration and the canaries of the lock file. */
export type ExperimentActions = {
  /**
   * Goes through all sessions, in a process of its own. Who asks while it runs gets the same answer; it ends with the last who waits.
   *
   * @throws InvalidRequestError `not-evaluated` (409) with what the process said.
   */
  evaluate(signal: AbortSignal): Promise<readonly ExperimentEvidence[]>
}

export type ExperimentEvidence = {
  readonly id: string
  readonly sessions: SessionsOfArms
  /** Sessions of the treatment until it is decided; null: the experiment's rules decide. */
  readonly needed: number | null
  /** `running`, or how it has ended. */
  readonly verdict: string
  /** A sentence: what it waits for, or why it has ended. */
  readonly why: string
  readonly history: readonly EvidenceAtTime[]
}

/** What was known after some of the sessions: the treatment less the control. */
export type EvidenceAtTime = {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly sessions: SessionsOfArms
  readonly differences: Readonly<Record<'quality' | 'usd', DifferenceOfArms>>
}

export type DifferenceOfArms = {
  /** Null: no session says. */
  readonly value: number | null
  /** Holds at all times together. */
  readonly interval: readonly [number, number]
}

export type SessionsOfArms = { readonly control: number; readonly treatment: number }
