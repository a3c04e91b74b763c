import { join } from 'node:path'
import { DataError } from '../../../errors.ts'
import type { Benchmark, BenchmarkRow } from '../benchmark.ts'
import {
  evalsFolder,
  type ModelNames,
  readContaminatedPrompts,
  readJsonObjects,
  restoreHint,
  upstreamPair,
} from './evals-folder.ts'

/** A question of MT-Bench; the router sees its first turn. */
export type MtBenchQuestion = {
  readonly id: number
  readonly category: string
  readonly turns: readonly [first: string, second: string]
  /** Whether either turn is in upstream's training data. */
  readonly contaminated: boolean
}

/** A judge's score of one model's answer to one turn, 1 to 10. */
export type MtBenchJudgement = {
  readonly question: number
  readonly model: string
  readonly turn: 1 | 2
  readonly score: number
}

/**
 * MT-Bench: `question.jsonl` and `judgements.jsonl` in `routellm/evals/mt_bench`. A row is a question: its prompt
 * the first turn, its scores the mean of both turns' judgements, 1 to 10. Upstream's own pair: 80 questions, 72
 * after decontamination, strong 9.211806, weak 8.28125.
 *
 * @param dataFolder contains `routellm/evals`.
 *
 * Throws `DataError` naming file, row and remedy.
 */
export async function loadMtBench(dataFolder: string, models: ModelNames = upstreamPair): Promise<Benchmark> {
  const folder = await evalsFolder(dataFolder, 'mt_bench')
  const questions = await readQuestions(folder)
  const file = join(folder, 'judgements.jsonl')
  const scoreOf = meanScores(file, await readJudgements(file), questions)
  const rowOf = (question: MtBenchQuestion): BenchmarkRow => ({
    prompt: question.turns[0],
    strongScore: scoreOf(question, models.strong),
    weakScore: scoreOf(question, models.weak),
    category: question.category,
  })
  return {
    name: 'mt-bench',
    unit: '1-10',
    strongModel: models.strong,
    weakModel: models.weak,
    rows: questions.filter((question) => !question.contaminated).map(rowOf),
    contaminated: questions.filter((question) => question.contaminated).map(rowOf),
  }
}

/** The questions of MT-Bench with upstream's contaminated ones marked. */
export async function loadMtBenchQuestions(dataFolder: string): Promise<readonly MtBenchQuestion[]> {
  return readQuestions(await evalsFolder(dataFolder, 'mt_bench'))
}

async function readQuestions(folder: string): Promise<MtBenchQuestion[]> {
  const file = join(folder, 'question.jsonl')
  const contaminated = await readContaminatedPrompts(folder)
  const lineOf = new Map<number, number>()
  return (await readJsonObjects(file)).map(({ line, record }) => {
    const { question_id: id, category, turns } = record
    const place = `${file} line ${line}`
    if (typeof id !== 'number' || typeof category !== 'string' || !isTextArray(turns)) {
      throw new DataError(
        'benchmark-row',
        `${place} needs a number in "question_id", a text in "category" and texts in "turns". ${restoreHint('the line')}`,
      )
    }
    const [first, second, ...more] = turns
    if (first === undefined || second === undefined || more.length > 0) {
      throw new DataError(
        'benchmark-turns',
        `${place} (question ${id}) has ${turns.length} turns, but MT-Bench has two. ${restoreHint('the line')}`,
      )
    }
    const before = lineOf.get(id)
    if (before !== undefined) {
      throw new DataError(
        'benchmark-unequal-duplicates',
        `${place} is question ${id} again, as on line ${before}. Keep one of the two.`,
      )
    }
    lineOf.set(id, line)
    return {
      id,
      category,
      turns: [first, second] as const,
      contaminated: contaminated.has(first) || contaminated.has(second),
    }
  })
}

/**
 * Judgements as FastChat writes them: `{"question_id", "model", "turn", "score"}`, one per line. A score of −1 says
 * that the judge's answer could not be read.
 */
export async function readJudgements(
  file: string,
): Promise<readonly (MtBenchJudgement & { readonly line: number })[]> {
  return (await readJsonObjects(file)).map(({ line, record }) => {
    const { question_id: question, model, turn, score } = record
    const place = `${file} line ${line}`
    if (typeof question !== 'number' || typeof model !== 'string' || typeof score !== 'number') {
      throw new DataError(
        'benchmark-row',
        `${place} needs numbers in "question_id" and "score" and a text in "model". ${restoreHint('the line')}`,
      )
    }
    if (turn !== 1 && turn !== 2) {
      throw new DataError(
        'benchmark-turns',
        `${place} judges turn ${JSON.stringify(turn)} of question ${question}, but MT-Bench has turns 1 and 2. ` +
          'Remove the line.',
      )
    }
    return { line, question, model, turn, score }
  })
}

/** The mean of a model's two turns on a question, each judged once (the same judgement twice counts once). */
function meanScores(
  file: string,
  judgements: Awaited<ReturnType<typeof readJudgements>>,
  questions: readonly MtBenchQuestion[],
): (question: MtBenchQuestion, model: string) => number {
  const known = new Set(questions.map(({ id }) => id))
  const judged = new Map<string, { readonly score: number; readonly line: number }>()
  for (const { line, question, model, turn, score } of judgements) {
    const key = JSON.stringify([question, model, turn])
    const before = judged.get(key)
    if (!known.has(question)) {
      throw new DataError(
        'benchmark-row',
        `${file} line ${line} judges question ${question}, which question.jsonl does not have. Remove the line, or ` +
          'restore both files from upstream.',
      )
    }
    if (!(score >= 1 && score <= 10)) {
      throw new DataError(
        'benchmark-score',
        `${file} line ${line} gives ${model} ${score} on turn ${turn} of question ${question}, but a score is 1 to 10. ` +
          'Judge the answer again.',
      )
    }
    if (before !== undefined && before.score !== score) {
      throw new DataError(
        'benchmark-unequal-duplicates',
        `${file} line ${line} gives ${model} ${score} on turn ${turn} of question ${question} where line ${before.line} ` +
          `gives ${before.score}. Keep the right one of the two.`,
      )
    }
    judged.set(key, { score, line })
  }

  return function scoreOf({ id }, model) {
    const [first, second] = [1, 2].map((turn) => {
      const score = judged.get(JSON.stringify([id, model, turn]))?.score
      if (score !== undefined) return score
      const models = [...new Set(judgements.map((judgement) => judgement.model))]
      throw new DataError(
        'benchmark-judgement-missing',
        `${file} has no judgement of ${model} on turn ${turn} of question ${id} (it judges ${models.join(', ')}). ` +
          'Judge the answer, or name one of these models.',
      )
    })
    return (first! + second!) / 2
  }
}

function isTextArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
