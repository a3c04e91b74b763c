import type { z } from 'zod'
import type { SettingProblem } from '../base/settings/problem.ts'
import { checkConfig } from '../config/check-config.ts'
import type { Config } from '../config/config.ts'
import type { configSchema } from '../config/schema/schema.ts'
import { findMissingProviderKeys } from '../providers/provider-keys.ts'
import { policyKinds } from '../routing/policies/registry.ts'
import { inMemoryKinds } from '../routing/routers/in-memory-registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import { type ArtifactFiles, builtinName } from './routers/artifacts.ts'
import { isTrained } from './routers/create-routers.ts'

type Written = z.input<typeof configSchema>
/** Entries of one section by name: the keys of their kinds, as docs/configuration.md lists them. */
type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** `routellm.yaml` as an object. `version` may be left out. */
export type FetchHandlerConfig = Pick<
  Written,
  'server' | 'models' | 'policy' | 'auto' | 'prompt' | 'sessions' | 'keys'
> & {
  readonly version?: 1
  readonly providers?: Entries
  readonly routers?: Entries
  readonly policies?: Entries
}

/** The kinds of router that need no files, no network and no threads. */
const edgeRouterKinds: readonly RouterKind[] = inMemoryKinds.map(({ kind }) => kind)

const { cascade: _, bandit: __, ...otherPolicyKinds } = policyKinds
/** All kinds but the cascade, which reads answers with a verifier from a folder, and the bandit, which learns from a store. */
export const edgePolicyKinds = otherPolicyKinds

/** What a configuration is checked against. */
export type EdgeContext = {
  /** Values by name; keys are among them. */
  readonly env: Readonly<Record<string, unknown>>
  /** Null: there are none. Undefined: they are loaded later. */
  readonly files: ArtifactFiles | null | undefined
  /** Whether requests without a client key are answered. */
  readonly isOpen: boolean
}

/**
 * Checks a configuration for the fetch handler.
 *
 * @throws ConfigError `invalid-config` with all problems at once. No key is in the message.
 */
export function parseEdgeConfig(given: FetchHandlerConfig, context: EdgeContext): Config {
  const value: unknown = typeof given === 'object' && given !== null ? { version: 1, ...given } : given
  return checkConfig(
    { source: 'config', value, lineOf: () => undefined, resolvePath: (path) => path },
    {
      kinds: edgeRouterKinds,
      policies: edgePolicyKinds,
      findWrittenProblems: findUnservedSettings,
      findProblems: (config) => [
        ...findAccessProblems(config, context),
        ...findMissingKeys(config, context),
        ...findMissingArtifacts(config, context),
      ],
    },
  )
}

const serverProcess = 'belongs to the process of `routellm serve`; the platform does this here, so remove it'
const counted =
  'counts over all requests, and a platform runs many copies of this handler at once; use `routellm serve` for limits, or those of the platform'
const localOnly =
  'needs files or a network that the fetch handler does not have; name an `artifact`, or remove it'
const connections = "is the platform's affair here; remove it"

/** What the server takes and the fetch handler does not, by its path; `*` stands for every name. */
const unservedSettings: readonly (readonly [path: string, message: string])[] = [
  ...['host', 'port', 'drainTimeoutMs', 'shutdownGraceMs'].map(
    (key) => [`server.${key}`, serverProcess] as const,
  ),
  [
    'server.allowedOrigins',
    'is not served here: the fetch handler answers no web pages; let the application behind the page call it',
  ],
  ['limits.*', counted],
  ...['requestsPerMinute', 'tokensPerMinute', 'usdPerDay', 'usdPerMonth', 'pacing'].map(
    (key) => [`keys.*.${key}`, counted] as const,
  ),
  ...['checkpoint', 'revision', 'encoder', 'embedder'].map((key) => [`routers.*.${key}`, localOnly] as const),
  ...['maxConnections', 'connectTimeoutMs'].map((key) => [`providers.*.${key}`, connections] as const),
  ['embedder', 'is not used here: routers read prompts with the built-in embedder; remove it'],
]

function findUnservedSettings(value: unknown): SettingProblem[] {
  return unservedSettings.flatMap(([pattern, message]) =>
    findPaths(value, pattern.split('.')).map((path) => ({ path, message })),
  )
}

/** The paths that a value has and that match the pattern. */
function findPaths(value: unknown, [first, ...rest]: readonly string[]): string[][] {
  if (first === undefined) return [[]]
  if (typeof value !== 'object' || value === null) return []
  const names = first === '*' ? Object.keys(value) : Object.hasOwn(value, first) ? [first] : []
  return names.flatMap((name) => findPaths(Reflect.get(value, name), rest).map((path) => [name, ...path]))
}

/** A handler is on the Internet as soon as it is deployed. */
function findAccessProblems({ server }: Config, { isOpen }: EdgeContext): SettingProblem[] {
  const isKeyless = server.keys.length === 0 && server.clientKeys.length === 0
  if (isOpen || !isKeyless) return []
  return [
    {
      path: ['keys'],
      message:
        "missing; without a client key, everybody who finds the address spends the providers' keys. `routellm client-key --name <name>` makes one. If something in front of the handler lets only your clients in, set the option `open: true`",
    },
  ]
}

function findMissingKeys(config: Config, { env }: EdgeContext): SettingProblem[] {
  return findMissingProviderKeys(config, (variable) => isSet(env[variable])).map(({ path, variable }) => ({
    path: [...path],
    message: `\`env\` has no text ${variable}; set that secret on the platform, and give \`env\``,
  }))
}

function isSet(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function findMissingArtifacts({ routers }: Config, { files }: EdgeContext): SettingProblem[] {
  if (files === undefined) return []
  return routers.filter(isTrained).flatMap(({ name, artifact }) => {
    const source = artifact ?? builtinName
    const path = ['routers', name, ...(artifact === undefined ? [] : ['artifact'])]
    if (files?.names.has(source) === true && files.names.has(builtinName)) return []
    const known = [...(files?.names ?? [])].join(', ')
    const missing = files?.names.has(source) === true ? builtinName : source
    return [
      {
        path,
        message: `the option \`artifacts\` has no ${JSON.stringify(missing)} (it has: ${known || 'nothing'}); ${
          missing === builtinName
            ? 'give the default export of a file that `routellm export` wrote, which always has it'
            : 'give the default export of a file that `routellm export` wrote, which names it by its folder'
        }`,
      },
    ]
  })
}
