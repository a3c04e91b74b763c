import { join } from 'node:path'

/** The files of a store. */
export type StorePaths = {
  readonly database: string
  readonly journal: string
  readonly texts: string
  readonly savings: string
}

export function storePaths(folder: string): StorePaths {
  return {
    database: join(folder, 'store.db'),
    journal: join(folder, 'journal'),
    texts: join(folder, 'texts'),
    savings: join(folder, 'savings'),
  }
}
