import { join } from 'node:path'
import type { Benchmark } from '../benchmark.ts'
import {
  decontaminate,
  evalsFolder,
  type ModelNames,
  readAnswerSheet,
  readContaminatedPrompts,
  upstreamPair,
} from './evals-folder.ts'

/**
 * GSM8K: `routellm/evals/gsm8k/gsm8k_responses.csv`, right and wrong answers of both models. Upstream's own pair:
 * 1,319 rows, 1,307 after decontamination, strong 85.7689, weak 63.7337.
 *
 * @param dataFolder contains `routellm/evals`.
 *
 * Throws `DataError` naming file, row and remedy.
 */
export async function loadGsm8k(dataFolder: string, models: ModelNames = upstreamPair): Promise<Benchmark> {
  const folder = await evalsFolder(dataFolder, 'gsm8k')
  const rows = await readAnswerSheet(join(folder, 'gsm8k_responses.csv'), models)
  const contaminated = await readContaminatedPrompts(folder)
  return {
    name: 'gsm8k',
    unit: 'percent',
    strongModel: models.strong,
    weakModel: models.weak,
    ...decontaminate(rows, contaminated),
  }
}
