import { join } from 'node:path'
import type { HubOptions } from '../../base/files/hub/hub-options.ts'

/** The settings in the process's environment. No other module reads it. */
export type Environment = {
  /** Everything, for keys that the configuration names. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** `ROUTELLM_CONFIG`: the configuration file if `--config` is not given. */
  readonly configFile?: string
  /** `PORT`, not parsed: `serve` reports what is wrong with it. */
  readonly port?: string
  /** `ROUTELLM_CLIENT_KEYS`: keys that clients of `serve` may present, separated by commas or white space. */
  readonly clientKeys?: readonly string[]
  /** `ROUTELLM_ADMIN_TOKEN`: opens the administration API of `serve`. */
  readonly adminToken?: string
  /** `NO_COLOR` is set to anything but nothing, or the terminal is a dumb one. */
  readonly noColor: boolean
  /** `ROUTELLM_DATA`: the folder that contains routellm/evals, if `--data` is not given. */
  readonly dataFolder?: string
  /**
   * The folder that keeps scores between runs: `ROUTELLM_CACHE`, or else `routellm` in the user's cache folder
   * (`XDG_CACHE_HOME`, `LOCALAPPDATA`, `~/.cache`). Absent if none of them is set.
   */
  readonly cacheFolder?: string
  /** `HF_ENDPOINT`, `HF_HUB_CACHE` or `HF_HOME`, `HF_HUB_OFFLINE`, `HF_TOKEN`. */
  readonly hub: HubOptions
}

/** Empty variables count as not set, as shells leave them. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const read = (name: string) => (variables[name] === '' ? undefined : variables[name])
  const configFile = read('ROUTELLM_CONFIG')
  const port = read('PORT')
  const clientKeys = read('ROUTELLM_CLIENT_KEYS')
    ?.trim()
    .split(/[\s,]+/)
  const adminToken = read('ROUTELLM_ADMIN_TOKEN')
  const endpoint = read('HF_ENDPOINT')
  const home = read('HF_HOME')
  const hubCacheFolder = read('HF_HUB_CACHE') ?? (home === undefined ? undefined : join(home, 'hub'))
  const token = read('HF_TOKEN')
  const dataFolder = read('ROUTELLM_DATA')
  const cacheFolder = cacheFolderOf(read)
  return {
    variables,
    ...(dataFolder !== undefined && { dataFolder }),
    ...(cacheFolder !== undefined && { cacheFolder }),
    ...(configFile !== undefined && { configFile }),
    ...(port !== undefined && { port }),
    ...(clientKeys !== undefined && { clientKeys }),
    ...(adminToken !== undefined && { adminToken }),
    noColor: read('NO_COLOR') !== undefined || read('TERM') === 'dumb',
    hub: {
      ...(endpoint !== undefined && { endpoint }),
      ...(hubCacheFolder !== undefined && { cacheFolder: hubCacheFolder }),
      ...(token !== undefined && { token }),
      offline: /^(1|true|yes|on)$/i.test(read('HF_HUB_OFFLINE') ?? ''),
    },
  }
}

function cacheFolderOf(read: (name: string) => string | undefined): string | undefined {
  const own = read('ROUTELLM_CACHE')
  if (own !== undefined) return own
  const home = read('HOME') ?? read('USERPROFILE')
  const users =
    read('XDG_CACHE_HOME') ?? read('LOCALAPPDATA') ?? (home === undefined ? undefined : join(home, '.cache'))
  return users === undefined ? undefined : join(users, 'routellm')
}
