import { toCommandLineText } from '../../../base/text/format/command-line-text.ts'
import type { Row } from '../row.ts'
import { proposeColumns } from './propose-columns.ts'

/**
 * The command that writes files of an application's own form as a log that every command reads, and a sentence on what to
 * check.
 *
 * @param rows the first rows. @returns undefined if nothing in them looks like a prompt.
 */
export function proposeConversion(
  rows: readonly Row[],
  files: readonly string[],
): { readonly command: string; readonly advice: string } | undefined {
  const proposal = proposeColumns(rows)
  if (proposal === undefined) return undefined
  const command = toCommandLineText([
    ...['routellm', 'data', 'convert', ...files, '--to', 'log', '--output', logNameOf(files[0] ?? 'data')],
    ...['--columns', ...proposal.columns],
  ])
  const others = proposal.otherPrompts
  const advice = `The columns are proposed by their names and values, so check them first.${
    others.length === 0 ? '' : ` The prompt may also be ${others.join(' or ')}.`
  }`
  return { command, advice }
}

/** `exports/desk.json` becomes `desk-log.jsonl` in the current folder. */
function logNameOf(file: string): string {
  const name = file.split(/[\\/]/).findLast((part) => part !== '') ?? 'data'
  const stem = name.replace(/(?:\.[a-z\d]{1,8})+$/i, '')
  return `${stem === '' ? 'data' : stem}-log.jsonl`
}
