import type { Config } from '../config.ts'
import { findKeyProblems } from '../cross-check.ts'
import { configError } from '../problems.ts'
import type { KeyFile } from './key-file.ts'
import { configuredKeys, mergeKeys } from './merge-keys.ts'

/** The configuration with the keys of a key file in place of those that it had of one. */
export function withKeyFile(config: Config, { file, keys: ofFile }: Pick<KeyFile, 'file' | 'keys'>): Config {
  const { keys, names, shadowed } = mergeKeys(configuredKeys(config), ofFile)
  return {
    ...config,
    server: { ...config.server, keys },
    keyFile: ofFile.length === 0 ? null : { file, names, shadowed },
  }
}

/** @throws ConfigError `invalid-keys`: all that is wrong with the keys of the file that are in service, with the lines. */
export function checkKeyFile(config: Config, { file, keys, lineOf }: KeyFile): void {
  const served = new Set(config.keyFile?.names)
  const problems = findKeyProblems(
    config,
    keys.filter(({ name }) => served.has(name)),
  )
  if (problems.length > 0) throw configError(problems, { source: file, lineOf }, 'invalid-keys')
}

/** Says which keys of the file are not in service. */
export function describeShadowed({ keyFile, source }: Config): string[] {
  return (keyFile?.shadowed ?? []).map(
    (name) =>
      `the key "${name}" of ${keyFile?.file} is not used, because keys of ${source} has this name too; remove one of them`,
  )
}
