import type picocolors from 'picocolors'
import type { RouterKind } from '../../routing/routers/router-kind.ts'
import type { Environment } from './environment.ts'

/** Where a command reads and writes. Results go to stdout, everything else to stderr. */
export type Terminal = {
  /** Writes a line to stdout. */
  result(line: string): void
  /** Writes a line to stderr. */
  note(line: string): void
  /** Everything on stdin. */
  readInput(): Promise<string>
  /** Where a progress bar can be drawn over and over; null where nobody watches. */
  readonly progressStream: NodeJS.WritableStream | null
  readonly colors: Colors
}

export type Colors = ReturnType<typeof picocolors.createColors>

/** What a command is given by the process; a test gives its own. */
export type CommandContext = {
  readonly terminal: Terminal
  readonly environment: Environment
  /** Relative paths are below it. */
  readonly folder: string
  /** The kinds of router that commands know. Default: those of this package. */
  readonly routerKinds?: readonly RouterKind[]
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly interrupted: AbortSignal
}
