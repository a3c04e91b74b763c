import { z } from 'zod'
import { hearAbort } from '../../base/concurrency/run-steps.ts'
import { DataError } from '../../errors.ts'
import { createInspector, type Inspection } from '../../learning/datasets/inspect/inspection.ts'
import { describeUses, type FileUse, type LogCounts } from '../../learning/datasets/inspect/uses.ts'
import { proposeScoreColumns } from '../../learning/formats/layouts/labels/wide.ts'
import type { NotRoutable } from '../../learning/formats/logs/log-format.ts'
import { readLog, recogniseLog } from '../../learning/formats/logs/read-log.ts'
import { proposeConversion } from '../../learning/formats/mapping/conversion-command.ts'
import { type PlacedRow, readRows } from '../../learning/formats/read-rows.ts'
import type { Row } from '../../learning/formats/row.ts'
import { routedPrompt } from '../../routing/prompts/prompt-rule.ts'
import type { Job, JobContext } from '../job.ts'
import { checkReadTwice } from '../read-twice.ts'
import { findDataFile } from '../workspace.ts'

const payload = z.object({
  /** Files or folders of any form, read as one. */
  files: z.array(z.string()).min(1).readonly(),
})

export type InspectPayload = z.output<typeof payload>

export type InspectResult = Inspection & {
  /** How the rows of each file are laid out, as docs/formats.md names it. */
  readonly layouts: readonly { readonly file: string; readonly layout: string }[]
  /** The format of the request log; null if it is none. */
  readonly log: string | null
  /** What each command would read. */
  readonly uses: readonly FileUse[]
  /** What would make columns labels that were not understood; null if there are none. */
  readonly proposal: string | null
  /** The command that writes rows of an application's own form as a log, and what to check; null if rows can be read. */
  readonly conversion: { readonly command: string; readonly advice: string } | null
}

const rowsPerTurn = 500
const listedLayouts = 100

/** Reports what files contain, and what each command would read of them. */
export const inspectJob: Job<InspectPayload, InspectResult> = {
  name: 'inspect',
  payload,
  async run({ files: given }, context) {
    const files = await Promise.all(given.map((file) => findDataFile(file, context.workspace)))
    await checkReadTwice(files)
    const inspector = createInspector()
    const layouts: { file: string; layout: string }[] = []
    let first: Row | undefined
    let answered = 0
    let done = 0
    const onLayout = (file: string, layout: string) => {
      if (layouts.length < listedLayouts) layouts.push({ file, layout })
    }
    for await (const row of readRows(files, {
      onLayout,
      onBadRow: inspector.addInvalid,
      signal: context.signal,
    })) {
      inspector.add(row)
      const columns = columnsOf(row)
      first ??= columns
      if (Object.keys(columnsOf({ ...row, value: columns?.answers }) ?? {}).length > 0) answered++
      if (++done % rowsPerTurn === 0) await pause('inspecting', done, context)
    }
    const inspection = inspector.result()
    const log = await countLog(files, context)
    const proposal =
      inspection.form === 'prompts' && first !== undefined ? proposeScoreColumns(first).trim() : ''
    return {
      ...inspection,
      layouts,
      log: log !== null && (log.requests === 0 || log.withoutModel < log.requests) ? log.format : null,
      uses: describeUses(inspection, { log, answered }),
      proposal: proposal === '' ? null : proposal,
      conversion: inspection.form === null && log === null ? await findConversion(files, given) : null,
    }
  },
}

const conversionRows = 50

async function findConversion(
  files: readonly string[],
  given: readonly string[],
): Promise<InspectResult['conversion']> {
  const rows: Row[] = []
  for await (const row of readRows(files, { plainCells: true, onBadRow: () => {} })) {
    rows.push(columnsOf(row) ?? {})
    if (rows.length === conversionRows) break
  }
  return proposeConversion(rows, given) ?? null
}

function columnsOf({ value }: PlacedRow): Row | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

async function pause(stage: string, done: number, { signal, onProgress }: JobContext): Promise<void> {
  onProgress({ stage, done, total: null, detail: '' })
  await hearAbort(signal)
}

/** What an audit would count; null if no row is of a request log. */
async function countLog(files: readonly string[], context: JobContext): Promise<LogCounts | null> {
  const counts = { requests: 0, withoutModel: 0, unreadable: 0 }
  const leftOut: Partial<Record<NotRoutable, number>> = {}
  let done = 0
  try {
    const format = await recogniseLog(files, context.signal)
    for (const file of files)
      for await (const entry of readLog(file, format, { pickPrompt: routedPrompt, signal: context.signal })) {
        if (entry.kind === 'unreadable') counts.unreadable++
        else if (entry.request.notRoutable !== undefined)
          leftOut[entry.request.notRoutable] = (leftOut[entry.request.notRoutable] ?? 0) + 1
        else {
          counts.requests++
          if (entry.request.model === 'unknown') counts.withoutModel++
        }
        if (++done % rowsPerTurn === 0) await pause('reading it as a log', done, context)
      }
    const isLog = counts.requests > 0 || Object.keys(leftOut).length > 0
    return isLog ? { format: format.name, ...counts, leftOut } : null
  } catch (error) {
    if (error instanceof DataError) return null
    throw error
  }
}
