import { type Profiler, Session } from 'node:inspector'
import { followPauses } from './follow-pauses.ts'

export type Stretch = {
  /** Executed blocks of this package's code. */
  readonly blocks: number
  /** The function with the block that was executed most often. */
  readonly where: string
}

/**
 * Counts the blocks of code that work executes between two pauses, as V8's precise coverage counts them: the same
 * numbers on any machine.
 *
 * @param msPerLook of the clock, see `followPauses`.
 * @returns the sum, and the stretch with the most blocks.
 */
export async function measureStretches(
  work: () => Promise<unknown>,
  msPerLook: number,
): Promise<{ readonly blocks: number; readonly longest: Stretch }> {
  const session = new Session()
  session.connect()
  let blocks = 0
  let longest: Stretch = { blocks: 0, where: '' }
  const endStretch = () => {
    const stretch = takeStretch(session)
    blocks += stretch.blocks
    if (stretch.blocks > longest.blocks) longest = stretch
  }
  try {
    session.post('Profiler.enable')
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    const { error } = await followPauses(work, msPerLook, endStretch)
    endStretch()
    if (error !== undefined) throw error
    return { blocks, longest }
  } finally {
    session.post('Profiler.stopPreciseCoverage')
    session.disconnect()
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
