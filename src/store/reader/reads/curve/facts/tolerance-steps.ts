import { CompiledQuery } from '../../../../database/kysely.ts'
import type { Database } from '../../../../database/open-database.ts'
import { type Facts, groupRows } from '../../../../savings/facts.ts'
import { findToleranceChoices } from '../curve-row.ts'

/** Which model answers the requests of a group at which tolerances: what `findToleranceChoices` finds for each of them. */
export type ToleranceSteps = {
  /** The models that `model` counts. */
  readonly names: readonly string[]
  /** The place of the first step of each request, and after them the number of all steps. Without a step it is not scored. */
  readonly starts: Uint32Array
  /** The setting above which a step's model answers; the first one of a request answers from 0 on. */
  readonly at: Float64Array
  readonly model: Uint16Array
}

type Known = { readonly rows: number; readonly steps: ToleranceSteps }

/** By the policy. Forgotten with the facts, which are kept for as long as somebody asks. */
const known = new WeakMap<Facts, Map<string | null, Known>>()

/** The steps of a policy's requests, taken from the database once: candidates are longer than all else that is kept of a request. */
export async function readToleranceSteps(
  db: Database,
  { group, facts }: { readonly group: number; readonly facts: Facts },
  policy: string | null,
): Promise<ToleranceSteps> {
  const ofFacts = known.get(facts) ?? new Map<string | null, Known>()
  known.set(facts, ofFacts)
  const found = ofFacts.get(policy)
  // The last group still grows.
  if (found?.rows === facts.rows) return found.steps
  const steps = toSteps(facts, group, await readCandidates(db, group, policy))
  ofFacts.set(policy, { rows: facts.rows, steps })
  return steps
}

type CandidatesRow = { readonly seq: number; readonly candidates: string }

async function readCandidates(
  db: Database,
  group: number,
  policy: string | null,
): Promise<readonly CandidatesRow[]> {
  const first = group * groupRows
  const { rows } = await db.executeQuery<CandidatesRow>(
    CompiledQuery.raw(
      `select seq, candidates from requests
       where seq >= ? and seq < ? and candidates is not null and policy is ? order by seq`,
      [first, first + groupRows, policy],
    ),
  )
  return rows
}

function toSteps(facts: Facts, group: number, rows: readonly CandidatesRow[]): ToleranceSteps {
  const starts = new Uint32Array(facts.rows + 1)
  const [at, model, names]: [number[], number[], string[]] = [[], [], []]
  const idOf = (name: string) => {
    const id = names.indexOf(name)
    return id === -1 ? names.push(name) - 1 : id
  }
  let next = 0
  for (let row = 0; row < facts.rows; row++) {
    starts[row] = at.length
    const seq = group * groupRows + facts.place[row]!
    while (next < rows.length && rows[next]!.seq < seq) next++
    const candidates = rows[next]?.seq === seq ? rows[next]!.candidates : null
    const { first, steps, kind } = findToleranceChoices({ candidates, model: null })
    if (kind !== 'scored' || first === null) continue
    at.push(Number.NEGATIVE_INFINITY, ...steps.map((step) => step.at))
    model.push(idOf(first), ...steps.map((step) => idOf(step.model)))
  }
  starts[facts.rows] = at.length
  return { names, starts, at: Float64Array.from(at), model: Uint16Array.from(model) }
}
