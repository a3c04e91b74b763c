import { type Profiler, Session } from 'node:inspector'
import { followPauses } from './follow-pauses.ts'

export type Stretch = {
  /** Executed blocks of this package's code. */
  readonly blocks: number
  /** The function with the block that was executed most often. */
  readonly where: string
}

export type StretchMeter = {
  /**
   * Counts the blocks of code that work executes between two pauses.
   *
   * @param msPerLook of the clock, see `followPauses`.
   * @returns the stretch with the most blocks.
   */
  measure(work: () => Promise<unknown>, msPerLook: number): Promise<Stretch>
  close(): void
}

/**
 * Counts by V8's precise coverage, which gives the same numbers on any machine. Functions that have run before the meter
 * is made have no counters for their blocks.
 */
export function createStretchMeter(): StretchMeter {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    async measure(work, msPerLook) {
      let longest: Stretch = { blocks: 0, where: '' }
      const endStretch = () => {
        const stretch = takeStretch(session)
        if (stretch.blocks > longest.blocks) longest = stretch
      }
      takeStretch(session)
      const { error } = await followPauses(work, msPerLook, endStretch)
      endStretch()
      if (error !== undefined) throw error
      return longest
    },
    close() {
      session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}

/** What was executed since the last call. */
function takeStretch(session: Session): Stretch {
  let scripts: readonly Profiler.ScriptCoverage[] = []
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error !== null) throw error
    scripts = result
  })
  let blocks = 0
  let most = { count: 0, where: '' }
  for (const { url, functions } of scripts) {
    const [, file] = /\/src\/(.*\.ts)$/.exec(url) ?? []
    if (file === undefined || file.startsWith('testing/')) continue
    for (const { functionName, ranges } of functions)
      for (const { count } of ranges) {
        blocks += count
        if (count > most.count) most = { count, where: `${functionName} of ${file}` }
      }
  }
  return { blocks, where: most.where }
}
