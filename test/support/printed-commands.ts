import type { CommandRun } from './command-line.ts'

/** The commands that stand on lines of their own, also over several lines that end in a backslash. */
export function printedCommands({ stdout, stderr }: Pick<CommandRun, 'stdout' | 'stderr'>): string[] {
  return `${stdout}\n${stderr}`
    .replace(/ \\\n +/g, ' ')
    .split('\n')
    .flatMap((line) => /^ +(routellm .*)$/.exec(line)?.[1] ?? [])
}

/** The words of a command as a POSIX shell splits it. */
export function shellWords(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
  )
}
