import type { Config } from '../../../config/config.ts'
import { withKeyFile } from '../../../config/key-file/apply-key-file.ts'
import type { KeyFile } from '../../../config/key-file/key-file.ts'
import { RouteLLMError } from '../../../errors.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import type { RequestTap } from '../../../gateway/request-tap.ts'
import type { Server } from '../../../server/server-options.ts'
import { formatLockRoutes } from './print.ts'

export type ReloadParts = {
  readonly server: Server
  /** Reads the configuration and loads its routers. @param before the gateway that is served. */
  open(before: Gateway): Promise<{ readonly config: Config; readonly gateway: Gateway }>
  /** What looks at the requests of a gateway, and is closed before it. */
  readonly watching: {
    settingsOf(gateway: Gateway): { readonly tap?: RequestTap }
    release(gateway: Gateway): Promise<void>
  }
  /** Tells the person who runs the server. */
  note(line: string): void
}

export type ReloadOutcome =
  | { readonly kind: 'reloaded'; readonly source: string; readonly models: number }
  /** The configuration before stays. */
  | { readonly kind: 'kept'; readonly problem: string }

/** The gateway of a running server, which `reload` replaces. */
export type Reloadable = {
  /** The configuration that is served. */
  readonly config: Config
  /** Reads the configuration again. If that fails, the old one stays, and a note says why. Never rejects. */
  reload(): Promise<ReloadOutcome>
  /**
   * Serves these keys of the key file from now on, and all else as it is.
   *
   * @throws what `Server.replace` throws; then nothing has changed.
   */
  replaceKeys(file: Pick<KeyFile, 'file' | 'keys'>): Promise<void>
  /** Closes the gateways that are open. */
  close(): Promise<void>
}

/** @param first what the server was created with. */
export function createReloadable(
  first: { readonly config: Config; readonly gateway: Gateway },
  { server, open, watching, note }: ReloadParts,
): Reloadable {
  /** The gateways that are open, with how often each was given to the server and not released. */
  const gateways = new Map<Gateway, number>([[first.gateway, 1]])
  let { config } = first
  let current = first.gateway
  let running: Promise<ReloadOutcome> | null = null
  let isAskedAgain = false
  /** What is being served changes in one way at a time. */
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }

  async function serve(gateway: Gateway, { server: settings }: Config): Promise<void> {
    const before = current
    const { released } = await server.replace(gateway, { ...settings, ...watching.settingsOf(gateway) })
    gateways.set(gateway, (gateways.get(gateway) ?? 0) + 1)
    void released.then(() => closeReleased(before))
  }

  async function reloadOnce(): Promise<ReloadOutcome> {
    let opened: Gateway | null = null
    try {
      const next = await open(current)
      opened = next.gateway
      await serve(next.gateway, next.config)
      note(`Reloaded ${next.config.source}: ${next.config.models.length} models.`)
      for (const line of findLockChange(config, next.config)) note(line)
      if (next.config.server.host !== config.server.host || next.config.server.port !== config.server.port)
        note('server.host and server.port stay as they were until the server is restarted.')
      config = next.config
      current = next.gateway
      return { kind: 'reloaded', source: config.source, models: config.models.length }
    } catch (error) {
      if (opened !== null) {
        await watching.release(opened)
        await opened.close()
      }
      const problem = error instanceof RouteLLMError ? error.message : String(error)
      note(`The configuration was not reloaded, and the one before stays: ${problem}`)
      return { kind: 'kept', problem }
    }
  }

  async function closeReleased(gateway: Gateway): Promise<void> {
    const uses = (gateways.get(gateway) ?? 0) - 1
    gateways.set(gateway, uses)
    if (uses > 0) return
    gateways.delete(gateway)
    await watching.release(gateway)
    await gateway.close()
  }

  async function reloadAll(): Promise<ReloadOutcome> {
    let outcome: ReloadOutcome
    do {
      isAskedAgain = false
      outcome = await inTurn(reloadOnce)
    } while (isAskedAgain)
    running = null
    return outcome
  }

  return {
    get config() {
      return config
    },
    reload() {
      isAskedAgain = true
      running ??= reloadAll()
      return running
    },
    replaceKeys: (file) =>
      inTurn(async () => {
        const next = withKeyFile(config, file)
        await serve(current, next)
        config = next
      }),
    async close() {
      await running
      await last
      await Promise.all(Array.from(gateways.keys(), (gateway) => gateway.close()))
    },
  }
}

/** What a lock file puts in service, if that is not what it was. */
function findLockChange(before: Config, now: Config): string[] {
  const lines = formatLockRoutes(now)
  if (lines.join() === formatLockRoutes(before).join()) return []
  return lines.length > 0 ? lines : ['The routers of the configuration are in service again.']
}
