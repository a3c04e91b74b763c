import type { ConfigurationFlags } from '../../setup/configuration.ts'

export type ServeFlags = ConfigurationFlags & {
  readonly json?: true
  readonly requestLog?: string
  readonly requestLogText?: true
  readonly requestLogMaxMb: number
  readonly requestLogMaxDays: number
  /** False with `--no-store`. */
  readonly store: boolean
  /** Whether the requests of the store are made up, as those of `routellm demo`. No option sets it. */
  readonly isDemo?: true
}

/** The options that name the routers, for a command with other models. */
export function sameRouters({ routers, threshold }: ServeFlags): string[] {
  return [
    ...(routers === undefined ? [] : ['--routers', routers.join(',')]),
    ...(threshold === undefined ? [] : ['--threshold', String(threshold)]),
  ]
}
