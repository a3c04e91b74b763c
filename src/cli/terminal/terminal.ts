import type picocolors from 'picocolors'
import type { RouterKind } from '../../routing/routers/router-kind.ts'
import type { Environment } from './environment.ts'
import type { CommandProgress } from './report-progress.ts'

/** The streams of a command. Results go to stdout, everything else to stderr. */
export type Terminal = {
  /** Writes a line to stdout. */
  result(line: string): void
  /** Writes a line to stderr. */
  note(line: string): void
  /** Everything on stdin. */
  readInput(): Promise<string>
  /** The stream for progress bars that are redrawn in place; null if it is not a terminal. */
  readonly progressStream: NodeJS.WritableStream | null
  readonly colors: Colors
  /** Characters of a line. `result` and `note` wrap longer lines between words. null if it is not known. */
  readonly width: number | null
}

export type Colors = ReturnType<typeof picocolors.createColors>

/** The parts of the process that a command uses. A test passes replacements. */
export type CommandContext = {
  readonly terminal: Terminal
  readonly environment: Environment
  /** Relative paths are below it. */
  readonly folder: string
  /** The kinds of router that commands know. Default: those of this package. */
  readonly routerKinds?: readonly RouterKind[]
  /** Hides the keys of the flags and of the environment in a text that does not go through `terminal`. */
  readonly hideSecrets?: (text: string) => string
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly interrupted: AbortSignal
  /** Reports to the process that started this one and listens. Absent: none does. */
  reportProgress?(progress: CommandProgress): void
  /** Calls `listener` on every SIGHUP, which ends the process otherwise. */
  onHangup?(listener: () => void): void
}
