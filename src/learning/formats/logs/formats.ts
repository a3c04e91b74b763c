import { DataError, InvalidRequestError } from '../../../errors.ts'
import { proposeConversion } from '../mapping/conversion-command.ts'
import type { Row } from '../row.ts'
import type { DocumentedLogFormat, LogFormat } from './log-format.ts'
import { braintrustLog } from './products/braintrust-log.ts'
import { columnLog } from './products/column-log.ts'
import { heliconeLog } from './products/helicone-log.ts'
import { langfuseLog } from './products/langfuse-log.ts'
import { langsmithLog } from './products/langsmith-log.ts'
import { litellmLog } from './products/litellm-log.ts'
import { openaiLog } from './products/openai-log.ts'
import { portkeyLog } from './products/portkey-log.ts'
import { otelLog, phoenixLog } from './products/spans/otel-log.ts'
import { routellmLog } from './routellm-log.ts'

/** The formats with the most distinctive columns come first. A plain table is last. */
export const logFormats: readonly DocumentedLogFormat[] = [
  routellmLog,
  heliconeLog,
  litellmLog,
  langfuseLog,
  langsmithLog,
  braintrustLog,
  phoenixLog,
  otelLog,
  portkeyLog,
  openaiLog,
  columnLog,
]

export const logFormatNames: readonly string[] = logFormats.map(({ name }) => name)

/** Finds a format by its name. Throws `InvalidRequestError` `unknown-log-format`. */
export function findLogFormat(name: string): LogFormat {
  const format = logFormats.find((each) => each.name === name)
  if (format !== undefined) return format
  throw new InvalidRequestError(
    'unknown-log-format',
    `There is no log format ${JSON.stringify(name)}; there are ${logFormatNames.join(', ')}. Without --format the format is recognised.`,
    { param: '--format' },
  )
}

/**
 * The format whose columns most of the first rows have. Of equal ones, the more distinctive.
 *
 * Throws `DataError` `unknown-log-format` if no row matches any format.
 */
export function recogniseFormat(rows: readonly Row[], file: string): LogFormat {
  const counts = logFormats.map((format) => rows.filter((row) => format.recognises(row)).length)
  const most = Math.max(0, ...counts)
  const format = logFormats[counts.indexOf(most)]
  if (most > 0 && format !== undefined) return format
  const found =
    rows.length === 0
      ? 'no rows'
      : `rows with the columns ${Object.keys(rows[0] ?? {}).join(', ') || '(none)'}`
  const proposal = proposeConversion(rows, [file])
  throw new DataError(
    'unknown-log-format',
    proposal === undefined
      ? `${file} has ${found}, which is not a known form of a request log. Known are:\n${describeFormats()}`
      : `${file} has ${found}, which is not a known form of a request log (docs/formats.md has all). This writes it as a log that every command reads:\n  ${proposal.command}\n${proposal.advice}`,
  )
}

export function describeFormats(): string {
  return logFormats.map(({ name, expects }) => `  ${name.padEnd(11)} ${expects}`).join('\n')
}
