import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../../../errors.ts'
import type { Benchmark } from '../benchmark.ts'
import {
  decontaminate,
  evalsFolder,
  type ModelNames,
  readAnswerSheet,
  readContaminatedPrompts,
  restoreHint,
  upstreamPair,
} from './evals-folder.ts'
import { mmluSubjects } from './mmlu-subjects.ts'

/**
 * MMLU: one CSV per subject in `routellm/evals/mmlu/responses`, right and wrong answers of both models; the subject
 * is the category. Upstream's own pair: 14,042 rows, 14,037 after decontamination, strong 80.5870, weak 68.0915.
 *
 * A few questions stand in two subjects, with outcomes that differ in four cases; upstream keeps them, so they stay.
 *
 * @param dataFolder contains `routellm/evals`.
 *
 * Throws `DataError` naming file, row and remedy.
 */
export async function loadMmlu(dataFolder: string, models: ModelNames = upstreamPair): Promise<Benchmark> {
  const folder = await evalsFolder(dataFolder, 'mmlu')
  const responses = join(folder, 'responses')
  await checkSubjects(responses)
  const sheets = await Promise.all(
    mmluSubjects.map(async (subject) => {
      const rows = await readAnswerSheet(join(responses, `mmlu_${subject}.csv`), models)
      return rows.map((row) => ({ ...row, category: subject }))
    }),
  )
  const contaminated = await readContaminatedPrompts(folder)
  return {
    name: 'mmlu',
    unit: 'percent',
    strongModel: models.strong,
    weakModel: models.weak,
    ...decontaminate(sheets.flat(), contaminated),
  }
}

async function checkSubjects(responses: string): Promise<void> {
  const present = new Set(await readdir(responses).catch(() => []))
  const missing = mmluSubjects.filter((subject) => !present.has(`mmlu_${subject}.csv`))
  if (missing.length === 0) return
  const files = missing.slice(0, 3).map((subject) => join(responses, `mmlu_${subject}.csv`))
  throw new DataError(
    'benchmark-subject-missing',
    `MMLU has ${mmluSubjects.length} subjects, and ${missing.length} of them cannot be found: ${files.join(', ')}` +
      `${missing.length > 3 ? ', …' : ''}. ${restoreHint(missing.length === 1 ? 'the file' : 'the files')}`,
  )
}
