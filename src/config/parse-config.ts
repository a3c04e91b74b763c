import { type PolicyKinds, policyKinds } from '../routing/policies/registry.ts'
import { builtinRouterKinds } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import { assembleConfig } from './assemble.ts'
import type { Config, ConfigOverrides } from './config.ts'
import { crossCheck } from './cross-check.ts'
import { demoSource } from './demo.ts'
import { configError, type Problem, problemsOfIssues } from './problems.ts'
import { type ConfigFile, configSchema, createConfigSchema } from './schema/schema.ts'
import { fromUpstreamFormat } from './upstream-format.ts'
import { readYaml } from './yaml-source.ts'

/**
 * Reads a configuration file's text.
 *
 * @param source the file's name: messages begin with it, and relative folders are resolved against its folder.
 * @param kinds the kinds of router that the file may name. Default: those of this package.
 * @param policies the kinds of policy that the file may name. Default: those of this package.
 * @throws ConfigError `invalid-yaml` or `invalid-config`: one problem per line, with the line of the
 *   file, the path of the key, the value and what to do. Values that may be keys are not shown.
 */
export function parseConfig(
  yamlText: string,
  source: string,
  overrides: ConfigOverrides = {},
  kinds: readonly RouterKind[] = builtinRouterKinds,
  policies: PolicyKinds = policyKinds,
): Config {
  const yaml = readYaml(yamlText, source)
  const read = readFile(yaml.value, kinds, policies)
  if ('problems' in read) throw configError(read.problems, yaml, source)
  const { config: assembled, problems: routerProblems } = assembleConfig(read.file, source, kinds)
  const config = override(assembled, overrides)
  const problems = [...crossCheck(config, read.file, kinds, policies), ...routerProblems]
  if (problems.length > 0) throw configError(problems, yaml, source)
  return config
}

/**
 * The configuration when there is none: the demonstration's two models, the standard routers, and `auto` as mf at the
 * threshold that sends half of the calibration prompts to the strong model.
 */
export function demoConfig(): Config {
  return assembleConfig(configSchema.parse({ version: 1 }), demoSource, builtinRouterKinds).config
}

function readFile(
  value: unknown,
  kinds: readonly RouterKind[],
  policies: PolicyKinds,
): { file: ConfigFile } | { problems: readonly Problem[] } {
  const isVersioned = typeof value === 'object' && value !== null && 'version' in value
  if (!isVersioned) return fromUpstreamFormat(value, kinds)
  const isBuiltin = kinds === builtinRouterKinds && policies === policyKinds
  const schema = isBuiltin ? configSchema : createConfigSchema(kinds, policies)
  const parsed = schema.safeParse(value)
  return parsed.success
    ? { file: parsed.data }
    : { problems: problemsOfIssues(parsed.error.issues, value, schema) }
}

function override(config: Config, overrides: ConfigOverrides): Config {
  const { host = config.server.host, port = config.server.port, clientKeys = [] } = overrides
  const server = { ...config.server, host, port, clientKeys: [...config.server.clientKeys, ...clientKeys] }
  return { ...config, server }
}
