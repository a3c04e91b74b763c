import type { TrainPayload } from '../../../jobs/train/payload.ts'
import { openWorkspace, runCommandJob } from '../../setup/run-job.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import type { TrainFlags } from './options.ts'
import { formatTrained } from './print.ts'

/** Trains a router of a kind with the flags of its command, and prints how good it is. */
export async function runTraining(
  kind: TrainPayload['kind'],
  flags: TrainFlags & object,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context
  const { config, json, ...payload } = flags
  const { trainJob } = await import('../../../jobs/train/job.ts')
  const workspace = await openWorkspace(config === undefined ? {} : { config }, context)
  const result = await runCommandJob(trainJob, { kind, ...payload }, workspace, context)
  if (json === true) {
    const { rows: _rows, calibrationPrompts: _prompts, ...printed } = result
    terminal.result(JSON.stringify(printed))
  }
  for (const line of formatTrained(result, terminal.colors)) terminal.note(line)
}
