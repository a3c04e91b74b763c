import type { PlacedRow } from '../../learning/formats/read-rows.ts'
import { parseRow, type Row } from '../../learning/formats/row.ts'
import { loadRouter, type RouterSpec, resolveRouterKind } from '../../routing/routers/registry.ts'
import { isClosableRouter } from '../../routing/routers/router.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import { readTrainedPrompts } from '../../routing/routers/trained-artifact.ts'
import {
  createIdentityLookup,
  type TrainedPrompts,
} from '../../routing/routers/trained-prompts/trained-prompts.ts'
import { loadVerifier } from '../../routing/verifiers/load.ts'
import { parseAnswer, verifierFolder } from '../scoring/answer-scoring.ts'
import { parseScorableRow, scoreBatch } from '../scoring/score-rows.ts'

/** Gives rows their win rates. */
export type RowScorer = {
  readonly name: string
  /** In order; the columns are those to write. Throws `DataError` `invalid-row`. */
  score(rows: readonly PlacedRow[], signal: AbortSignal): Promise<readonly ScoredRow[]>
  /** The commands that give what it was trained on the win rates of fits without it. */
  readonly measuredBy: string
  /** Whether it was trained on a prompt. */
  isTrained(prompt: string): boolean
  close(): Promise<void>
}

export type ScoredRow = { readonly columns: Row; readonly strongWinRate: number }

/** A router scores a row by its prompt or its embedding, a verifier by its prompt and its answer. */
export async function openScorer(spec: RouterSpec, dependencies: RouterDependencies): Promise<RowScorer> {
  const folder = await verifierFolder(spec, dependencies)
  return folder === undefined ? openRouter(spec, dependencies) : openVerifier(spec.name, folder, dependencies)
}

async function openRouter(spec: RouterSpec, dependencies: RouterDependencies): Promise<RowScorer> {
  const router = await loadRouter(spec, dependencies)
  const kind = await resolveRouterKind(spec, dependencies)
  const trained =
    spec.checkpoint === undefined ? await kind.origin?.trainedPrompts?.(spec, dependencies) : undefined
  return {
    name: router.name,
    measuredBy: 'routellm evaluate --routers gives',
    async score(rows, signal) {
      const parsed = rows.map(({ value, place }) => parseScorableRow(value, place))
      const winRates = await scoreBatch(router, parsed, signal)
      return parsed.map(({ columns }, row) => ({ columns, strongWinRate: winRates[row]! }))
    },
    isTrained: trainedLookup(trained),
    close: async () => {
      if (isClosableRouter(router)) await router.close()
    },
  }
}

async function openVerifier(
  name: string,
  artifact: string,
  dependencies: RouterDependencies,
): Promise<RowScorer> {
  const verifier = await loadVerifier({ name, artifact }, dependencies)
  return {
    name,
    measuredBy: 'routellm calibrate --labels and routellm policies compare give',
    score: async (rows) =>
      rows.map(({ value, place }) => {
        const { strongWinRate: _old, ...columns } = parseRow(value, place)
        return { columns, strongWinRate: verifier.strongWinRate(parseAnswer(value, place, verifier)) }
      }),
    isTrained: trainedLookup(await readTrainedPrompts(artifact)),
    close: async () => {},
  }
}

function trainedLookup(trained: TrainedPrompts | undefined): (prompt: string) => boolean {
  if (trained === undefined) return () => false
  const rowOf = createIdentityLookup(trained)
  return (prompt) => rowOf(prompt) !== undefined
}
