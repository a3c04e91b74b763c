import { dirname, resolve } from 'node:path'
import { type PolicyKinds, policyKinds } from '../routing/policies/registry.ts'
import { builtinRouterKinds } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import { assembleConfig } from './assemble.ts'
import { type ConfigChecks, checkConfig } from './check-config.ts'
import type { Config, ConfigOverrides } from './config.ts'
import { demoSource } from './demo.ts'
import { configSchema } from './schema/schema.ts'
import { readYaml } from './yaml/yaml-source.ts'

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

/** As `parseConfig`, with further checks. */
export function parseCheckedConfig(yamlText: string, source: string, checks: ConfigChecks): Config {
  return checkConfig({ ...readYaml(yamlText, source), ...originOf(source) }, checks)
}

/**
 * The configuration when there is none: the demonstration's two models, the standard routers, and `auto` as mf at the
 * threshold that sends half of the calibration prompts to the strong model.
 */
export function demoConfig(): Config {
  return assembleConfig(configSchema.parse({ version: 1 }), originOf(demoSource), builtinRouterKinds).config
}

function originOf(source: string) {
  return { source, resolvePath: (path: string) => resolve(dirname(source), path) }
}
