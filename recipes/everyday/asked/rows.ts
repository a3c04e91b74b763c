import { z } from 'zod'
import { shuffle } from '../../../src/base/math/draw.ts'
import { createRandom, type Random } from '../../../src/base/math/random.ts'
import { DataError } from '../../../src/errors.ts'
import { readJsonLines } from '../../../src/learning/formats/json/json-lines.ts'
import { familyOf, type PromptOutcomes } from '../../builtin/data/outcome-units.ts'
import { readTrainingRows } from '../../builtin/data/training-rows.ts'
import { type EverydayPrompt, readEverydayCorpus } from '../corpus.ts'

/**
 * A prompt of everyday_tiers (MIT, written by others) that is clearly hard or easy. Its tier follows its length in part.
 */
export type TierPrompt = { readonly prompt: string; readonly language: string; readonly isHard: boolean }

/** The prompts that `asked.safetensors` is trained on. */
export type AskedRows = {
  readonly corpus: readonly EverydayPrompt[]
  readonly tiers: readonly TierPrompt[]
  readonly exams: readonly ExamPrompt[]
}

/** A question of an examination or another data set that is scored, with its family. `chat` are real conversations. */
export type ExamPrompt = { readonly prompt: string; readonly family: string }

/** The family of conversations: everyday prompts, without a label. */
export const chatFamily = 'chat'

/** The rows that the shipped weights are trained on. @param folder of the training files. @param tiers the file. */
export async function readAskedRows(folder: string, tiers: string, seed: number): Promise<AskedRows> {
  const { outcomes } = await readTrainingRows(folder)
  return {
    corpus: await readEverydayCorpus(),
    tiers: await readTiers(tiers),
    exams: drawExams(outcomes, createRandom(seed)),
  }
}

const tierRow = z.object({
  prompt: z.string(),
  tier: z.enum(['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING']),
  language: z.string(),
})

/** The simple, complex and reasoning rows of everyday_tiers.jsonl.gz: the medium ones need either model. Throws `DataError` for a row of another form. */
export async function readTiers(file: string): Promise<TierPrompt[]> {
  const rows: TierPrompt[] = []
  for await (const { line, value } of readJsonLines(file)) {
    const row = tierRow.safeParse(value)
    if (!row.success)
      throw new DataError('x-invalid-row', `${file}, line ${line}: ${z.prettifyError(row.error)}`)
    const { prompt, tier, language } = row.data
    if (tier !== 'MEDIUM') rows.push({ prompt, language, isHard: tier !== 'SIMPLE' })
  }
  return rows
}

const mostOfFamily = 800

/** Distinct prompts of the permitted data sets, at most `mostOfFamily` of each family, drawn at random. */
export function drawExams(outcomes: readonly PromptOutcomes[], random: Random): ExamPrompt[] {
  const families = new Map<string, string[]>()
  const seen = new Set<string>()
  for (const { prompt, dataset, category } of outcomes) {
    const family = familyOf(dataset, category)
    if (family === undefined || seen.has(prompt)) continue
    seen.add(prompt)
    const members = families.get(family)
    if (members === undefined) families.set(family, [prompt])
    else members.push(prompt)
  }
  return [...families].flatMap(([family, prompts]) => {
    const order = prompts.map((_, index) => index)
    shuffle(order, random)
    return order.slice(0, mostOfFamily).map((index) => ({ prompt: prompts[index]!, family }))
  })
}
