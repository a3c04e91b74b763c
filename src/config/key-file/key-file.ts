import type { ClientKey } from '../config.ts'

/** The keys that the page makes: the content of `routellm.keys.yaml`. */
export type KeyFile = {
  readonly file: string
  /** In the order of the file. */
  readonly keys: readonly ClientKey[]
  /** Empty: there is no file. */
  readonly text: string
  /** The line (from 1) of a path's key, for messages. */
  lineOf(path: readonly PropertyKey[]): number | undefined
}

export const keyFileName = 'routellm.keys.yaml'
