import { type PolicyKinds, policyKinds } from '../routing/policies/registry.ts'
import { builtinRouterKinds } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import { assembleConfig } from './assemble.ts'
import type { Config, ConfigOverrides } from './config.ts'
import { crossCheck, type DeclaredNames, declaredNames } from './cross-check.ts'
import { demoSource } from './demo.ts'
import { configError, type Problem, problemsOfIssues } from './problems.ts'
import { type ConfigFile, configSchema, createConfigSchema } from './schema/schema.ts'
import { findValidParts, problemsOfRest } from './schema/valid-parts.ts'
import { fromUpstreamFormat } from './upstream-format.ts'
import { readYaml } from './yaml-source.ts'

/**
 * Reads a configuration file's text.
 *
 * @param source the file's name: messages begin with it, and relative folders are resolved against its folder.
 * @param kinds the kinds of router that the file may name. Default: those of this package.
 * @param policies the kinds of policy that the file may name. Default: those of this package.
 * @throws ConfigError `invalid-yaml` or `invalid-config`: all problems of the file at once, one per line, in the order
 *   of their lines, with the path of the key, the value and what to do. Values that may be keys are not shown.
 */
export function parseConfig(
  yamlText: string,
  source: string,
  overrides: ConfigOverrides = {},
  kinds: readonly RouterKind[] = builtinRouterKinds,
  policies: PolicyKinds = policyKinds,
): Config {
  return parseCheckedConfig(yamlText, source, { overrides, kinds, policies })
}

export type ConfigChecks = {
  readonly overrides?: ConfigOverrides
  readonly kinds?: readonly RouterKind[]
  readonly policies?: PolicyKinds
  /** Further problems of the valid parts, such as keys and files that are missing. They are reported with all others. */
  readonly findProblems?: (config: Config) => readonly Problem[]
}

/** As `parseConfig`, with further checks. */
export function parseCheckedConfig(
  yamlText: string,
  source: string,
  {
    overrides = {},
    kinds = builtinRouterKinds,
    policies = policyKinds,
    findProblems = () => [],
  }: ConfigChecks,
): Config {
  const yaml = readYaml(yamlText, source)
  const { file, problems: shapeProblems, removed } = readFile(yaml.value, kinds, policies)
  if (file === undefined) throw configError(shapeProblems, yaml, source)
  const { config: assembled, problems: routerProblems } = assembleConfig(file, source, kinds, policies)
  const config = override(assembled, overrides)
  const declared = removed.length === 0 ? undefined : withDeclared(declaredNames(config), yaml.value)
  const checked = [
    ...crossCheck(config, file, kinds, policies, declared),
    ...routerProblems,
    ...findProblems(config),
  ]
  const problems = [...shapeProblems, ...problemsOfRest(checked, removed)]
  if (problems.length > 0) throw configError(problems, yaml, source)
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

/**
 * The configuration when there is none: the demonstration's two models, the standard routers, and `auto` as mf at the
 * threshold that sends half of the calibration prompts to the strong model.
 */
export function demoConfig(): Config {
  return assembleConfig(configSchema.parse({ version: 1 }), demoSource, builtinRouterKinds).config
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
  const { host = config.server.host, port = config.server.port, clientKeys = [] } = overrides
  const server = { ...config.server, host, port, clientKeys: [...config.server.clientKeys, ...clientKeys] }
  return { ...config, server }
}
