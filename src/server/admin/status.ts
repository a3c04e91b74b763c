import type { ExplorationConfig } from '../../config/config.ts'
import type { LockedRoute } from '../../config/lock/applied-lock.ts'
import type { RouteStatus } from '../../gateway/certificates/certificate-watch.ts'

/** The answer of `GET /admin/api/status`: what is in service besides the configuration, and what is tried. */
export type AdminStatus = {
  /** What the lock file has put in service; null: there is none. */
  readonly lock: { readonly file: string; readonly policies: readonly LockedRoute[] } | null
  readonly certificates: readonly RouteStatus[]
  /** Those of the configuration, and canaries. */
  readonly experiments: readonly {
    readonly id: string
    readonly control: string
    readonly treatment: string
    readonly share: number
    /** Whether everyone gets the control again. */
    readonly isStopped: boolean
  }[]
  /** Null: nothing is drawn at random. */
  readonly exploration: ExplorationConfig | null
  /** Null: nothing is kept. */
  readonly store: object | null
  /** Whether the requests are made up, as those of `routellm demo`. */
  readonly isDemo: boolean
}
