import { type TrainingData, toTrainingData } from '../../learning/training/training-data.ts'
import type { JobContext } from '../job.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { checkReadTwice } from '../read-twice.ts'
import { findDataFile } from '../workspace.ts'

/** Files of a payload as data to train on. Files of one model each are read as one. */
export async function openTrainingFiles(
  names: readonly string[],
  licence: string | undefined,
  context: JobContext,
): Promise<readonly TrainingData[]> {
  const { workspace } = context
  const files = await Promise.all(names.map((name) => findDataFile(name, workspace)))
  await checkReadTwice(files)
  return toTrainingData(
    files,
    licence === undefined ? {} : Object.fromEntries(files.map((file) => [file, licence])),
    () => loadPickPrompt(context),
  )
}
