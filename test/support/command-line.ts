import picocolors from 'picocolors'
import { commandTable as tableOf } from '../../scripts/docs/command-line.mjs'
import { wrapText } from '../../src/base/text/format/wrap-line.ts'
import { createProgram, runCommandLine } from '../../src/cli/command-line.ts'
import { readEnvironment } from '../../src/cli/terminal/environment.ts'

export type CommandRun = {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export type CommandSurroundings = {
  readonly folder: string
  readonly variables?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly signal?: AbortSignal
  /** Of the terminal. Default: null, no terminal. */
  readonly width?: number
  /** Called with each line of stderr as it comes. */
  readonly onNote?: (line: string) => void
}

/** Runs a command line in this process, with an environment, folder and terminal of its own. */
export async function routellm(
  argv: readonly string[],
  surroundings: CommandSurroundings,
): Promise<CommandRun> {
  const width = surroundings.width ?? null
  const stdout: string[] = []
  const stderr: string[] = []
  const exitCode = await runCommandLine(argv, {
    folder: surroundings.folder,
    environment: readEnvironment(surroundings.variables ?? {}),
    interrupted: surroundings.signal ?? new AbortController().signal,
    terminal: {
      result: (line) => stdout.push(wrapText(line, width)),
      width,
      note: (line) => {
        stderr.push(wrapText(line, width))
        surroundings.onNote?.(line)
      },
      readInput: async () => surroundings.stdin ?? '',
      progressStream: null,
      colors: picocolors.createColors(false),
    },
  })
  return { exitCode, stdout: stdout.join('\n'), stderr: stderr.join('\n') }
}

/** The table of all commands, or of those that are loaded for a command line, to look at and not to run. */
export const commandTable = (argv: readonly string[] = []): ReturnType<typeof createProgram> =>
  tableOf((context: Parameters<typeof createProgram>[0]) => createProgram(context, argv))
