import { z } from 'zod'
import { normalizedText } from '../../base/text/text-identity.ts'
import { DataError } from '../../errors.ts'
import { readRows } from '../../learning/formats/read-rows.ts'
import { invalidRow, parseRow, stringColumn } from '../../learning/formats/row.ts'
import { answerOfRow } from '../../learning/rows/answered/answered-outcomes.ts'
import { cascadeKind } from '../../routing/routers/cascade-kind.ts'
import { kindOfTrainedFolder, type RouterSpec } from '../../routing/routers/registry.ts'
import type { CalibratedRouter, CrossFittedRouter } from '../../routing/routers/router.ts'
import {
  defineRouterKind,
  type RouterDependencies,
  type RouterKind,
} from '../../routing/routers/router-kind.ts'
import { sharedSettings } from '../../routing/routers/shared-settings.ts'
import { readRecord, readTrainedPrompts } from '../../routing/routers/trained-artifact.ts'
import type { Verifier, WeakAnswer } from '../../routing/verifiers/verifier.ts'
import type { JobContext } from '../job.ts'
import { loadPickPrompt } from '../pick-prompt.ts'

/** The folder of the verifier that a spec names; undefined if it names a router. */
export async function verifierFolder(
  { artifact }: RouterSpec,
  { kinds }: Pick<RouterDependencies, 'kinds'>,
): Promise<string | undefined> {
  if (artifact === undefined || (await kindOfTrainedFolder(artifact, kinds)) !== cascadeKind) return undefined
  return artifact
}

/**
 * A row `{"prompt", "answer"}` or `{"prompt", "answers": {"model": "text"}}`, with the optional columns of
 * `parseAnsweredOutcomes`. Throws `DataError` `invalid-row`, also for a row without an answer of the weak model.
 */
export function parseAnswer(value: unknown, place: string, { pair }: Pick<Verifier, 'pair'>): WeakAnswer {
  const row = parseRow(value, place)
  const prompt = stringColumn(row, 'prompt', place)
  const { answer, ...traces } = answerOfRow(row, place, pair.weak)
  if (answer !== undefined) return { prompt, answer, ...traces }
  throw invalidRow(
    place,
    `has no answer of ${pair.weak}, which a verifier reads; give "answer": "text" or "answers": {"${pair.weak}": "text"}`,
  )
}

/**
 * The answers of files, by prompt, for a verifier.
 *
 * Throws `DataError` `invalid-row`, also for a second answer to a prompt: results by prompt would mix them.
 */
export async function readAnswersByPrompt(
  files: readonly string[],
  verifier: Pick<Verifier, 'pair'>,
  context: Pick<JobContext, 'workspace' | 'signal' | 'onWarning'>,
): Promise<(prompt: string) => WeakAnswer> {
  const options = { signal: context.signal, loadPickPrompt: () => loadPickPrompt(context) }
  const answers = new Map<string, WeakAnswer>()
  for (const file of files)
    for await (const { place, value } of readRows(file, options)) {
      const answer = parseAnswer(value, place, verifier)
      const key = normalizedText(answer.prompt)
      const known = answers.get(key)
      if (known !== undefined && known.answer !== answer.answer)
        throw invalidRow(place, 'has another answer to a prompt that has one; keep one answer of each prompt')
      answers.set(key, answer)
    }
  return (prompt) => {
    const answer = answers.get(normalizedText(prompt))
    if (answer !== undefined) return answer
    throw new DataError(
      'no-answers',
      `There is no answer of ${verifier.pair.weak} to the prompt ${JSON.stringify(prompt.slice(0, 60))}, which a verifier reads.`,
    )
  }
}

/** Reads a verifier as a router whose prompts bring their answers, for what finds thresholds on labels. */
export function createAnswerRouterKind(
  verifier: Verifier,
  answerOf: (prompt: string) => WeakAnswer,
): RouterKind {
  const router: CalibratedRouter & CrossFittedRouter = {
    name: verifier.name,
    strongWinRate: ({ text }) => verifier.strongWinRate(answerOf(text)),
    crossFittedWinRate: ({ text }) => verifier.crossFittedWinRate(answerOf(text)),
    winRateQuantiles: verifier.winRateQuantiles,
  }
  return defineRouterKind({
    kind: cascadeKind,
    settings: z.strictObject({ artifact: sharedSettings.artifact }),
    load: async () => router,
    origin: {
      record: async ({ artifact }) => (artifact === undefined ? undefined : readRecord(artifact)),
      trainedPrompts: async ({ artifact }) =>
        artifact === undefined ? undefined : readTrainedPrompts(artifact),
    },
  })
}
