import { join, resolve } from 'node:path'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import type { Config } from '../../../config/config.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { type LoadedConfiguration, loadConfiguration } from '../../setup/configuration.ts'
import { findMissingFiles, findMissingKeys } from '../../setup/missing-parts.ts'
import { portValue } from '../../terminal/option-values.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import type { ServeFlags } from './serve-flags.ts'

/** The configuration as flags and environment have it; its warnings are printed. */
export async function loadServed(flags: ServeFlags, context: CommandContext): Promise<LoadedConfiguration> {
  const { terminal, environment } = context
  const port = flags.port ?? portOfEnvironment(context)
  const loaded = await loadConfiguration(
    { ...flags, ...(port !== undefined && { port }), environmentClientKeys: environment.clientKeys ?? [] },
    context,
    { findProblems: (file) => findUnserved(file, flags, context) },
  )
  for (const warning of loaded.warnings) terminal.note(`${terminal.colors.yellow('warning:')} ${warning}`)
  return loaded
}

/** The configuration's file, and what makes an artifact one: the file that is written last. */
export function servedFiles({ source, routers }: Config, folder: string): string[] {
  const artifacts = routers.flatMap(({ artifact }) =>
    typeof artifact === 'string' ? [join(artifact, 'router.json')] : [],
  )
  // A configuration of flags alone is no file, and none comes to be at its name.
  return [resolve(folder, source), ...artifacts]
}

/** For `--no-store`. */
export function withoutStore(config: Config): Config {
  return { ...config, store: null }
}

/** What the file names and a server cannot do without. Flags may replace its routers and its key. */
function findUnserved(file: Config, flags: ServeFlags, context: CommandContext): SettingProblem[] {
  const { variables } = context.environment
  const isKeyGiven = flags.apiKey !== undefined && flags.baseUrl === undefined
  const served = flags.routers === undefined ? file : { ...file, routers: [] }
  return [
    ...findMissingFiles(served),
    ...findMissingKeys(
      served,
      isKeyGiven ? { ...variables, OPENAI_API_KEY: flags.apiKey } : variables,
      context.routerKinds,
    ),
  ]
}

function portOfEnvironment({ environment }: CommandContext): number | undefined {
  if (environment.port === undefined) return undefined
  try {
    return portValue(environment.port)
  } catch (cause) {
    throw new InvalidRequestError(
      'bad-port',
      `PORT is ${JSON.stringify(environment.port)} in the environment; it must be a whole number from 0 to 65535`,
      { param: 'PORT', cause },
    )
  }
}
