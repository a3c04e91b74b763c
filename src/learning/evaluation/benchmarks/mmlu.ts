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

/** The 57 subjects of MMLU (Hendrycks et al., arXiv 2009.03300), as its files are named. */
export const mmluSubjects = `
abstract_algebra anatomy astronomy business_ethics clinical_knowledge college_biology college_chemistry
college_computer_science college_mathematics college_medicine college_physics computer_security conceptual_physics
econometrics electrical_engineering elementary_mathematics formal_logic global_facts high_school_biology
high_school_chemistry high_school_computer_science high_school_european_history high_school_geography
high_school_government_and_politics high_school_macroeconomics high_school_mathematics high_school_microeconomics
high_school_physics high_school_psychology high_school_statistics high_school_us_history high_school_world_history
human_aging human_sexuality international_law jurisprudence logical_fallacies machine_learning management marketing
medical_genetics miscellaneous moral_disputes moral_scenarios nutrition philosophy prehistory
professional_accounting professional_law professional_medicine professional_psychology public_relations
security_studies sociology us_foreign_policy virology world_religions`
  .trim()
  .split(/\s+/)

/**
 * MMLU: one CSV per subject in `routellm/evals/mmlu/responses`, right and wrong answers of both models; the subject
 * is the category. Upstream's own pair: 14,042 rows, 14,037 after decontamination, strong 80.5870, weak 68.0915.
 *
 * A few questions are in two subjects, with different outcomes in four cases. Upstream keeps them, and so does this.
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
