import type { ClientKey } from '../../../config/config.ts'
import type { By } from './lock-actions.ts'

/** The keys of clients: those of the configuration, and those that are made here, in the key file. */
export type KeyActions = {
  list(): Promise<KeyList>
  /** @throws InvalidRequestError `bad-request`, `key-exists`; RouteLLMError (409) `keys-changed`, `keys-fixed`, `client-keys-required`, and for a key file with a mistake, as do the others. */
  create(change: { readonly name: string } & KeyChangeRequest): Promise<CreatedKey>
  /** Replaces all settings of a key. */
  change(change: { readonly name: string } & KeyChangeRequest): Promise<KeyChange>
  /** A key that is not there is revoked already. */
  revoke(change: { readonly name: string } & Seen & By): Promise<KeyChange>
}

/** What is wanted of a key, as it was written: it is checked here. */
export type KeyChangeRequest = { readonly settings: Readonly<Record<string, unknown>> } & Seen & By

/** The `revision` of the list that the person saw. Another one is refused with `keys-changed` (409). */
export type Seen = { readonly revision: string }

export type KeyList = {
  readonly keys: readonly ManagedKey[]
  /** Keys without a name and limits, of `server.clientKeys`, flags and the environment. */
  readonly unnamedKeys: number
  /** Names of the key file that are not in service, because the configuration has them too. */
  readonly shadowed: readonly string[]
  readonly file: string
  /** Null: there is no file of the configuration. */
  readonly configuration: string | null
  /** Changes with every change of a key. */
  readonly revision: string
  /** Why the key file cannot be changed now, such as a mistake in it; null if it can be. */
  readonly problem: string | null
  /** Whether other machines can reach the server, so that it needs a key. */
  readonly needsKey: boolean
  /** What a key can be limited to. */
  readonly models: readonly string[]
  readonly policies: readonly string[]
  /** Of all requests together. */
  readonly gatewayUsdPerDay: number | null
}

/** A key without its HMAC. */
export type ManagedKey = Omit<ClientKey, 'hmac'> & {
  /** Where it is written; only those of the key file can be changed here. */
  readonly isOfConfiguration: boolean
  /** The least that is left of its budgets, without what is reserved; null if it has none. */
  readonly leftUsd: number | null
  /** How much more than usual a dollar counts for it; 1: as usual. */
  readonly pace: number
}

export type CreatedKey = KeyChange & {
  /** What the client presents. It is kept nowhere. */
  readonly key: string
}

export type KeyChange = {
  /** A sentence for a person: what was done. */
  readonly why: string
  readonly isChanged: boolean
}
