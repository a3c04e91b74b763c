import { type Config, onlyCheckers } from '../../../../config/config.ts'
import type { Gateway } from '../../../../gateway/gateway.ts'
import type { RequestTap } from '../../../../gateway/request-tap.ts'
import type { ShadowState } from '../../../../gateway/shadow/shadow-state.ts'
import type { ShadowCalls } from '../../../../jobs/shadow/shadow-calls.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'
import type { ServedStore } from '../served-store.ts'

/** The shadow calls of a server: those of each gateway that it serves, or still closes. */
export type Shadowing = {
  /** Begins them for a gateway, if its configuration asks for them. */
  open(config: Config, gateway: Gateway): Promise<void>
  /** What the server shows the requests of a gateway to. */
  settingsOf(gateway: Gateway): { readonly tap?: RequestTap }
  /** Of the gateway that was opened last; null if there are none. */
  readonly state: ShadowState | null
  /** Ends those of a gateway that is served no longer. */
  release(gateway: Gateway): Promise<void>
  close(): Promise<void>
}

/** @param kept null if nothing is kept: then there are no shadow calls either. */
export function createShadowing(kept: ServedStore | null, log: ServerLog): Shadowing {
  const opened = new Map<Gateway, ShadowCalls>()
  return {
    async open({ shadow }, gateway) {
      if (shadow === null || kept === null) {
        if (shadow !== null) log.warn({}, 'shadow calls are off, because nothing keeps what they show')
        return
      }
      const { createShadowCalls } = await import('../../../../jobs/shadow/shadow-calls.ts')
      const { judge, policies = null, ...settings } = shadow
      const calls = createShadowCalls({
        ...settings,
        policies,
        gateway,
        judge: judge === onlyCheckers ? null : gateway.findModel(judge),
        ledger: kept.ledger,
        keeper: kept.store,
        now: Date.now,
        warn: (fields, message) => log.warn(fields, message),
      })
      opened.set(gateway, calls)
    },
    settingsOf(gateway) {
      const tap = opened.get(gateway)
      return tap === undefined ? {} : { tap }
    },
    get state() {
      return Array.from(opened.values()).at(-1)?.state ?? null
    },
    async release(gateway) {
      const calls = opened.get(gateway)
      opened.delete(gateway)
      await calls?.close()
    },
    async close() {
      await Promise.all(Array.from(opened.values(), (calls) => calls.close()))
    },
  }
}
