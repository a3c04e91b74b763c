import type { Config, StoreConfig } from '../../../config/config.ts'
import { demoSource } from '../../../config/demo.ts'
import { StoreError } from '../../../errors.ts'
import type { Database } from '../../../store/database/open-database.ts'
import type { StorePaths } from '../../../store/paths.ts'
import { loadConfiguration } from '../../setup/configuration.ts'
import type { CommandContext } from '../../terminal/terminal.ts'

export type StoreFlags = { readonly config?: string; readonly json?: true }

export type OpenedStore = {
  readonly db: Database
  readonly folder: string
  readonly paths: StorePaths
  readonly settings: StoreConfig
  readonly config: Config
  /** The configuration and the database, which no output replaces. */
  readonly inputs: readonly string[]
}

/**
 * Opens the store of the configuration, with all that its journal holds, and closes it after `work`.
 *
 * @param options.mayCreate whether a store is made if there is none.
 * @throws StoreError `store-off`, `store-missing`; what `openDatabase` throws.
 */
export async function withStore<Result>(
  flags: StoreFlags,
  context: CommandContext,
  work: (store: OpenedStore) => Promise<Result>,
  options: { readonly mayCreate?: boolean } = {},
): Promise<Result> {
  const { config } = await loadConfiguration(
    flags.config === undefined ? {} : { config: flags.config },
    context,
    { ignoresLock: true },
  )
  const settings = config.store
  if (settings === null)
    throw new StoreError('store-off', `${config.source} says \`store: off\`, so there is no store.`, {
      param: '--config',
    })
  const [{ openExistingStore }, { storePaths }] = await Promise.all([
    import('../../../store/open-existing.ts'),
    import('../../../store/paths.ts'),
  ])
  const { folder } = settings
  const paths = storePaths(folder)
  const inputs = config.source === demoSource ? [paths.database] : [paths.database, config.source]
  const db = await openExistingStore(folder, options.mayCreate === true)
  try {
    return await work({ db, folder, paths, settings, config, inputs })
  } finally {
    await db.destroy()
  }
}
