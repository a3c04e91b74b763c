/** The keys of clients: those of the configuration, and those that are made here. */
export type KeyActions = {
  /** Without their HMACs. */
  list(): readonly ManagedKey[]
}

export type ManagedKey = {
  readonly name: string
  /** Where it is written; only those of the key file can be changed here. */
  readonly isOfConfiguration: boolean
}
