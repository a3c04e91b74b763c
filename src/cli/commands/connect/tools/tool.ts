import type { SettingRule } from '../settings/setting-edit.ts'
import type { SettingsFormat } from '../settings/settings-format.ts'

/** A program that calls models, as data: where its settings are, what they have to say, and what it then sends. */
export type Tool = {
  /** As on the command line. */
  readonly name: string
  readonly title: string
  /** Where its settings are documented, and the release with which these settings were tried. */
  readonly source: { readonly documentation: string; readonly triedWith: string }
  /** null for a program that is set up by environment variables alone. */
  readonly settings: ToolSettings | null
  /** Environment variables that it has to be started with, in the order to print them. */
  environment(gateway: GatewayPoint): readonly EnvironmentVariable[]
  /** What the user has to know besides, one sentence each. */
  notes(gateway: GatewayPoint): readonly string[]
  /** The variables of the user's environment that go before the settings. */
  readonly overriddenBy: readonly string[]
  /** The request that it sends for a turn of the user, without headers that are particular to one installation. */
  request(gateway: GatewayPoint, prompt: string): ToolRequest
}

export type ToolSettings = {
  readonly format: SettingsFormat
  /** The names under which the file may be; the first that is there is used, or else the first. */
  files(folders: UserFolders): readonly [string, ...string[]]
  rules(gateway: GatewayPoint): readonly SettingRule[]
}

/** The gateway as a tool should see it. */
export type GatewayPoint = {
  /** `http://127.0.0.1:6060`: without a path of the API and without a slash at the end. */
  readonly url: string
  /** The model that the tool asks for. */
  readonly model: string
  /** Whether the gateway asks for a key; it is then in the environment variable `keyVariable`, never in a file. */
  readonly needsKey: boolean
  /** The context of the model in tokens, by which tools compact a conversation. Absent if it is not known. */
  readonly contextTokens?: number
}

/** `value` may refer to a variable as a shell does: `$ROUTELLM_API_KEY`. */
export type EnvironmentVariable = { readonly name: string; readonly value: string }

/** What the tools' own variables say about their folders. */
export type UserFolders = {
  readonly home: string
  /** The value of an environment variable; undefined if it is not set or empty. */
  variable(name: string): string | undefined
}

export type ToolRequest = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
  /** A text that only a complete stream of this protocol has. */
  readonly end: string
}

/** The environment variable that holds the key of the gateway. */
export const keyVariable = 'ROUTELLM_API_KEY'

/** What is sent in the place of a key to a gateway that asks for none, by tools that do not start without one. */
export const noKey = 'routellm'

/** The key of the gateway, which the user has to put there. */
export function keyEnvironment(gateway: GatewayPoint): readonly EnvironmentVariable[] {
  return gateway.needsKey ? [{ name: keyVariable, value: '…' }] : []
}
