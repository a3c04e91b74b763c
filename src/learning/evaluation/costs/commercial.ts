import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../../../errors.ts'
import { type Benchmark, columnsOf, type ScoredRouter } from '../benchmark.ts'
import { readJsonObjects } from '../benchmarks/evals-folder.ts'
import { loadMtBenchQuestions, type MtBenchQuestion, readJudgements } from '../benchmarks/mt-bench.ts'
import { strongCallPercentForScore } from '../metrics/metrics.ts'
import { routingCurve } from '../metrics/routing-curve.ts'

/** One of the two commercial routers whose MT-Bench answers the upstream project published. */
export type CommercialRouter = {
  readonly name: 'unify' | 'martian'
  readonly strongModel: string
  readonly weakModel: string
  /** Mean judgement, 1 to 10, over all 80 questions, as published. */
  readonly scoreOnAll: number
  /** Over the questions left after decontamination, on which the other routers are measured. */
  readonly score: number
  /** Answers whose judgement cannot be read. They are left out, as upstream does. */
  readonly failedJudgements: number
  readonly strongCalls: StrongCalls
}

export type StrongCalls =
  /** Counted by the model that each answer names, over all questions. */
  | { readonly kind: 'counted'; readonly percent: number; readonly publishedPercent: number }
  /** The service does not say which model answered; upstream estimates it from a price limit. */
  | { readonly kind: 'estimated'; readonly percent: number; readonly reason: string }

/** Show this wherever a commercial router is compared with another one. */
export const indirectComparison =
  'Indirect: these services route to gpt-4-turbo (Unify against Mixtral-8x7B, Martian against Llama-2-70B-chat), ' +
  'the other routers to gpt-4-1106-preview against Mixtral-8x7B, and a single run of each service was judged.'

/**
 * Reads `benchmarks/mt-bench/{unify,martian,gpt-4_single}.jsonl` beside `routellm/evals` in upstream's layout.
 *
 * Unify's answers name the model that gave them: the strong share is counted (upstream states 45.625 %, which the files
 * do not confirm). Martian's do not, so only upstream's estimate of about 50 % is known.
 *
 * Throws `DataError` naming file and line.
 */
export async function loadCommercialRouters(dataFolder: string): Promise<readonly CommercialRouter[]> {
  const folder = join(dataFolder, 'benchmarks', 'mt-bench')
  const questions = await loadMtBenchQuestions(dataFolder)
  const judgements = await readJudgements(join(folder, 'gpt-4_single.jsonl'))
  const scoresOf = (name: string) => judgedScores(name, judgements, questions, folder)
  return [
    {
      name: 'unify',
      strongModel: 'gpt-4-turbo',
      weakModel: 'mixtral-8x7b-instruct-v0.1',
      ...scoresOf('unify'),
      strongCalls: {
        kind: 'counted',
        percent: await countedStrongPercent(
          join(folder, 'unify.jsonl'),
          'gpt-4-turbo',
          'mixtral-8x7b-instruct-v0.1',
        ),
        publishedPercent: 45.625,
      },
    },
    {
      name: 'martian',
      strongModel: 'gpt-4-turbo-128k',
      weakModel: 'llama-2-70b-chat',
      ...scoresOf('martian'),
      strongCalls: {
        kind: 'estimated',
        percent: 50,
        reason:
          "upstream's estimate from a price limit halfway between the two models; answers name no model",
      },
    },
  ]
}

/**
 * The share of strong calls, in percent, with which a router reaches a commercial router's score on the same
 * questions. NaN if it never does. Show `indirectComparison` with it.
 */
export function strongCallPercentAtEqualScore(
  benchmark: Benchmark,
  winRates: ArrayLike<number>,
  service: CommercialRouter,
): number {
  return strongCallPercentForScore(routingCurve(winRates, columnsOf(benchmark.rows)), service.score)
}

/** The evaluated routers compared with the commercial ones at equal score. */
export type CommercialComparison = {
  /** Why this is not a direct measurement. */
  readonly note: string
  readonly services: readonly (CommercialRouter & {
    /** Percent of strong calls with which each router reaches the service's score. `null` if it never does. */
    readonly atEqualScore: readonly { readonly router: string; readonly strongCallPercent: number | null }[]
  })[]
}

export function compareWithCommercial(
  benchmark: Benchmark,
  routers: readonly ScoredRouter[],
  services: readonly CommercialRouter[],
): CommercialComparison {
  return {
    note: indirectComparison,
    services: services.map((service) => ({
      ...service,
      atEqualScore: routers.map(({ name, winRates }) => {
        const percent = strongCallPercentAtEqualScore(benchmark, winRates, service)
        return { router: name, strongCallPercent: Number.isNaN(percent) ? null : percent }
      }),
    })),
  }
}

/** Whether a data folder has the services' answers. One with only `routellm/evals` does not. */
export async function hasCommercialAnswers(dataFolder: string): Promise<boolean> {
  const files = ['unify.jsonl', 'martian.jsonl', 'gpt-4_single.jsonl']
  const found = await Promise.all(
    files.map((file) => stat(join(dataFolder, 'benchmarks', 'mt-bench', file)).catch(() => undefined)),
  )
  return found.every((entry) => entry?.isFile() === true)
}

function judgedScores(
  name: string,
  judgements: Awaited<ReturnType<typeof readJudgements>>,
  questions: readonly MtBenchQuestion[],
  folder: string,
) {
  const kept = new Set(questions.filter(({ contaminated }) => !contaminated).map(({ id }) => id))
  const own = judgements.filter(({ model }) => model === name)
  const read = own.filter(({ score }) => score !== -1)
  const measured = read.filter(({ question }) => kept.has(question))
  if (own.length !== 2 * questions.length || measured.length === 0) {
    throw new DataError(
      'commercial-judgements',
      `${join(folder, 'gpt-4_single.jsonl')} has ${own.length} judgements of ${name}, but ${questions.length} ` +
        'questions of two turns need two each. Restore the file from the lm-sys/RouteLLM repository.',
    )
  }
  return {
    scoreOnAll: meanScore(read),
    score: meanScore(measured),
    failedJudgements: own.length - read.length,
  }
}

function meanScore(judgements: readonly { readonly score: number }[]): number {
  return judgements.reduce((sum, { score }) => sum + score, 0) / judgements.length
}

async function countedStrongPercent(file: string, strong: string, weak: string): Promise<number> {
  const answers = await readJsonObjects(file)
  const strongCalls = answers.filter(({ line, record }) => {
    const model = String(record.model_id).split('@')[0]
    if (model === strong || model === weak) return model === strong
    throw new DataError(
      'commercial-model',
      `${file} line ${line} was answered by ${JSON.stringify(record.model_id)}, which is neither ${strong} nor ${weak}.`,
    )
  })
  return (100 * strongCalls.length) / answers.length
}
