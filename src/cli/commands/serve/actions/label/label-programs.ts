import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SharedWork, shareWork } from '../../../../../base/concurrency/shared-work.ts'
import type { Config } from '../../../../../config/config.ts'
import { commandLineSource, demoSource } from '../../../../../config/demo.ts'
import type { LabelActions, LabelProgress } from '../../../../../server/admin/actions/label-actions.ts'
import type { StoreReader } from '../../../../../store/reader/store-reader.ts'
import { runOwnCommand } from '../../background/own-command.ts'

/** What commands of this program do for labels, in processes of their own: they go through many requests. */
export type LabelPrograms = Pick<LabelActions, 'select' | 'progress' | 'close'>

export type LabelProgramsParts = {
  /** Of the configuration that is served. */
  readonly config: () => ServedConfig
  readonly storeFolder: string
  readonly reader: StoreReader
  /** Whether a certificate in service shows drift. */
  readonly isDrifting: () => boolean
  /** Default: a process of its own. */
  readonly run?: (argv: readonly string[], signal: AbortSignal) => Promise<string>
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number
}

type ServedConfig = Pick<Config, 'source' | 'labels' | 'learn'>

/** A progress that is being counted. @property key what it depends on. */
type Counting = { readonly key: string; readonly progress: SharedWork<LabelProgress> }

/** What `learn` refuses in a process of its own is seen after this time. */
const progressHoldsMs = 60_000

type Selected = Awaited<ReturnType<LabelActions['select']>>

export function createLabelPrograms(parts: LabelProgramsParts): LabelPrograms {
  const { config, storeFolder, reader, isDrifting, run = runOwnCommand, now = Date.now } = parts
  const closing = new AbortController()
  let selecting: Promise<Selected> | null = null
  let counting: Counting | null = null
  let known: { readonly key: string; readonly until: number; readonly progress: LabelProgress } | null = null

  async function select(): Promise<Selected> {
    return withConfigFile(config(), storeFolder, async (file) => {
      const argv = ['labels', 'select', '--config', file, '--json', ...(isDrifting() ? ['--drifting'] : [])]
      return JSON.parse(await run(argv, closing.signal)) as Selected
    })
  }

  function count(file: string, key: string): Counting {
    const argv = ['labels', 'progress', '--config', file, '--json']
    const progress = shareWork(
      async (signal) => {
        const text = await run(argv, AbortSignal.any([signal, closing.signal]))
        const counted = JSON.parse(text) as LabelProgress
        // One of another key has replaced it otherwise.
        if (counting === started) known = { key, until: now() + progressHoldsMs, progress: counted }
        return counted
      },
      () => {
        if (counting === started) counting = null
      },
    )
    const started: Counting = { key, progress }
    return started
  }

  return {
    // It goes on if whoever asked for it leaves: it takes a moment, and stopped halfway it would be tried again.
    select() {
      selecting ??= select().finally(() => {
        selecting = null
      })
      return selecting
    },
    async progress(signal) {
      const { source, learn } = config()
      if (!isFile(source)) return { policies: [] }
      const { sources } = await reader.read('labelFigures', { since: 0 }, signal)
      signal.throwIfAborted()
      const key = JSON.stringify([source, learn, sources])
      if (known?.key === key && now() < known.until) return known.progress
      if (counting?.key !== key) counting = count(source, key)
      return counting.progress.join(signal)
    },
    async close() {
      closing.abort()
      await selecting?.catch(() => {})
    },
  }
}

function isFile(source: string): boolean {
  return source !== demoSource && source !== commandLineSource
}

/** A configuration of flags alone has no file, so one is written that names its store. */
async function withConfigFile<Result>(
  { source, labels }: ServedConfig,
  storeFolder: string,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  if (isFile(source)) return work(source)
  const folder = await mkdtemp(join(tmpdir(), 'routellm-select-'))
  try {
    const file = join(folder, 'routellm.yaml')
    await writeFile(file, JSON.stringify({ version: 1, store: { path: storeFolder }, labels: labels ?? {} }))
    return await work(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
