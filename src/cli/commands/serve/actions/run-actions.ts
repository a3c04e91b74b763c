import type { Config } from '../../../../config/config.ts'
import { isInFile } from '../../../../config/demo.ts'
import type { AdminActions } from '../../../../server/admin/actions/admin-actions.ts'
import type { ServedStore } from '../served-store.ts'
import { createDifferenceActions } from './difference-actions.ts'
import { createLearnActions } from './learn-actions.ts'

/** The commands that the page can start. They read the file of the configuration and the store, so without one of them there are none. */
export type RunActions = {
  readonly admin: Pick<AdminActions, 'learn' | 'difference'>
  /** Ends the commands that run. */
  close(): Promise<void>
}

/** @param first at the start. @param config what is served at any later time. */
export function createRunActions(
  kept: ServedStore | null,
  first: Pick<Config, 'source'>,
  config: () => Config,
): RunActions {
  if (kept === null || !isInFile(first)) return { admin: {}, close: async () => {} }
  const learn = createLearnActions({ store: kept.store, reader: kept.reader, config })
  const difference = createDifferenceActions({ reader: kept.reader, config })
  return {
    admin: { learn, difference },
    async close() {
      await Promise.all([learn.close(), difference.close()])
    },
  }
}
