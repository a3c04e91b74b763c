import { type PolicyKinds, policyKinds } from '../routing/policies/registry.ts'
import { builtinRouterKinds } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import { assembleConfig, type ConfigOrigin } from './assemble.ts'
import type { Config, ConfigOverrides } from './config.ts'
import { crossCheck, type DeclaredNames, declaredNames } from './cross-check.ts'
import { withKeyFile } from './key-file/apply-key-file.ts'
import { configError, type Problem, problemsOfIssues } from './problems.ts'
import { type ConfigFile, configSchema, createConfigSchema } from './schema/schema.ts'
import { findValidParts, problemsOfRest } from './schema/valid-parts.ts'
import { fromUpstreamFormat } from './upstream-format.ts'

export type ConfigChecks = {
  readonly overrides?: ConfigOverrides
  readonly kinds?: readonly RouterKind[]
  readonly policies?: PolicyKinds
  /** Further problems of the valid parts, such as keys and files that are missing. They are reported with all others. */
  readonly findProblems?: (config: Config) => readonly Problem[]
  /** Further problems of the values as they are written. They are reported with all others, whatever else is wrong. */
  readonly findWrittenProblems?: (value: unknown) => readonly Problem[]
}

/** A configuration as plain values, and the place of each in its source. */
export type WrittenConfig = ConfigOrigin & {
  readonly value: unknown
  /** The line (from 1) of a path's key; undefined if there are no lines. */
  lineOf(path: readonly PropertyKey[]): number | undefined
}

/**
 * The configuration that plain values describe.
 *
 * @throws ConfigError `invalid-config`, as `parseConfig`.
 */
export function checkConfig(
  written: WrittenConfig,
  {
    overrides = {},
    kinds = builtinRouterKinds,
    policies = policyKinds,
    findProblems = () => [],
    findWrittenProblems = () => [],
  }: ConfigChecks,
): Config {
  const { file, problems: found, removed } = readFile(written.value, kinds, policies)
  const shapeProblems = [...found, ...findWrittenProblems(written.value)]
  if (file === undefined) throw configError(shapeProblems, written)
  const { config: assembled, problems: routerProblems } = assembleConfig(file, written, kinds, policies)
  const config = override(assembled, overrides)
  const declared = removed.length === 0 ? undefined : withDeclared(declaredNames(config), written.value)
  const checked = [
    ...crossCheck(config, file, kinds, policies, declared),
    ...routerProblems,
    ...findProblems(config),
  ]
  const problems = [...shapeProblems, ...problemsOfRest(checked, removed)]
  if (problems.length > 0) throw configError(problems, written)
  return config
}

/** With the names of the file's entries that could not be read. */
function withDeclared(names: DeclaredNames, value: unknown): DeclaredNames {
  const written = (section: keyof DeclaredNames) => {
    const entries: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, section) : {}
    const own = typeof entries === 'object' && entries !== null ? Object.keys(entries) : []
    return [...new Set([...names[section], ...own])]
  }
  return {
    providers: written('providers'),
    models: written('models'),
    routers: written('routers'),
    policies: written('policies'),
  }
}

type ReadFile = {
  /** The valid parts; undefined if there are none. */
  readonly file: ConfigFile | undefined
  readonly problems: readonly Problem[]
  readonly removed: readonly (readonly PropertyKey[])[]
}

function readFile(value: unknown, kinds: readonly RouterKind[], policies: PolicyKinds): ReadFile {
  const isVersioned = typeof value === 'object' && value !== null && 'version' in value
  if (!isVersioned) return { file: undefined, problems: [], removed: [], ...fromUpstreamFormat(value, kinds) }
  const isBuiltin = kinds === builtinRouterKinds && policies === policyKinds
  const schema = isBuiltin ? configSchema : createConfigSchema(kinds, policies)
  const parsed = schema.safeParse(value)
  if (parsed.success) return { file: parsed.data, problems: [], removed: [] }
  const { issues } = parsed.error
  const valid = findValidParts(value, issues, schema)
  return {
    file: valid?.file,
    problems: problemsOfIssues(issues, value, schema),
    removed: valid?.removed ?? [],
  }
}

function override(config: Config, overrides: ConfigOverrides): Config {
  const { host = config.server.host, port = config.server.port, clientKeys = [], keyFile } = overrides
  const server = { ...config.server, host, port, clientKeys: [...config.server.clientKeys, ...clientKeys] }
  const overridden = { ...config, server }
  return keyFile === undefined ? overridden : withKeyFile(overridden, keyFile)
}
