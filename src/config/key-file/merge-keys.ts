import type { ClientKey, Config } from '../config.ts'

/** The keys of a configuration and of its key file together. */
export type MergedKeys = {
  readonly keys: readonly ClientKey[]
  /** Of the key file, those that are in service. */
  readonly names: readonly string[]
  /** Of the key file, those whose names the configuration has too. */
  readonly shadowed: readonly string[]
}

/**
 * All keys, those of the configuration first. If both have a name, the configuration's entry is in service and the other one is
 * not: so no edit of one file takes away a key that the other file has, or keeps a server from starting.
 */
export function mergeKeys(configured: readonly ClientKey[], ofFile: readonly ClientKey[]): MergedKeys {
  const taken = new Set(configured.map(({ name }) => name))
  const added = ofFile.filter(({ name }) => !taken.has(name))
  return {
    keys: [...configured, ...added],
    names: added.map(({ name }) => name),
    shadowed: ofFile.map(({ name }) => name).filter((name) => taken.has(name)),
  }
}

/** The keys that are written in the configuration itself. */
export function configuredKeys({
  server,
  keyFile,
}: Pick<Config, 'server' | 'keyFile'>): readonly ClientKey[] {
  const ofFile = new Set(keyFile?.names)
  return server.keys.filter(({ name }) => !ofFile.has(name))
}
