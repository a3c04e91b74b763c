import { normalizedText, textIdentity } from '../../../base/text/text-identity.ts'
import { DataError } from '../../../errors.ts'
import type { PlacedRow } from '../../formats/read-rows.ts'
import { parseRow, type Row } from '../../formats/row.ts'
import { comparisonsOfRow, isComparisonForm } from '../../rows/comparisons.ts'
import { createFormCheck, promptOfRow, type RowForm } from '../../rows/forms.ts'
import { parseOutcomes } from '../../rows/outcomes.ts'
import { createIdCheck, type IdConflict } from '../duplicate-ids.ts'
import { createPairCounts, type PairCount } from './pair-counts.ts'

/** What a data file holds. */
export type Inspection = {
  /** Null if no row could be read. */
  readonly form: RowForm | null
  /** That could be read. */
  readonly rows: number
  readonly invalidRows: number
  /** The first of them, with place and reason. */
  readonly invalid: readonly { readonly code: string; readonly message: string }[]
  readonly prompts: {
    /** Different texts, and texts that differ in more than case, spaces and punctuation. */
    readonly distinct: number
    readonly distinctNormalized: number
    /** In characters; null if no row has a prompt. */
    readonly characters: {
      readonly least: number
      readonly median: number
      readonly p95: number
      readonly most: number
    } | null
  }
  /** Those with the most rows first. */
  readonly models: readonly ModelSummary[]
  /** Comparisons of two models: all of a row of outcomes, one of any other. */
  readonly comparisons: number
  readonly ties: number
  /** Rows of the arena's files whose prompt is under 16 characters, which are not used. */
  readonly shortPrompts: number
  /** Rows whose id came before: with the same contents, and with others. */
  readonly repeatedIds: number
  readonly conflictingIds: number
  readonly conflicts: readonly IdConflict[]
  /** The two models with the most to route between; null if no rows compare models. */
  readonly pair: PairCount | null
}

export type ModelSummary = {
  readonly model: string
  readonly rows: number
  /** Of its scores; of battles 1 for a win, 0.5 for a tie: then relative to the models that it met. */
  readonly meanScore: number
}

export type Inspector = {
  add(row: PlacedRow): void
  addInvalid(error: DataError): void
  result(): Inspection
}

/** @param listed how many invalid rows and conflicting ids are kept for the report. Default: 20. */
export function createInspector(listed = 20): Inspector {
  const checkForm = createFormCheck()
  const checkId = createIdCheck()
  const pairs = createPairCounts()
  const models = new Map<string, { rows: number; total: number }>()
  const distinct = new Set<number>()
  const distinctNormalized = new Set<number>()
  const lengths = new Map<number, number>()
  const invalid: { code: string; message: string }[] = []
  const conflicts: IdConflict[] = []
  const counts = {
    rows: 0,
    invalidRows: 0,
    comparisons: 0,
    ties: 0,
    shortPrompts: 0,
    repeatedIds: 0,
    conflictingIds: 0,
  }
  let form: RowForm | null = null

  function addInvalid({ code, message }: DataError): void {
    counts.invalidRows++
    if (invalid.length < listed) invalid.push({ code, message })
  }

  function addScore(model: string, score: number): void {
    const before = models.get(model)
    if (before === undefined) models.set(model, { rows: 1, total: score })
    else {
      before.rows++
      before.total += score
    }
  }

  function addPrompt(row: Row, place: string): void {
    if (row.prompt === undefined && form !== 'arena') return
    const prompt = promptOfRow(row, place)
    distinct.add(textIdentity(prompt))
    distinctNormalized.add(textIdentity(normalizedText(prompt)))
    lengths.set(prompt.length, (lengths.get(prompt.length) ?? 0) + 1)
  }

  function addLabels(row: Row, rowForm: RowForm, place: string): void {
    if (!isComparisonForm(rowForm)) return
    const comparisons = comparisonsOfRow(row, rowForm, place, undefined)
    if (rowForm === 'arena' && comparisons.length === 0) counts.shortPrompts++
    for (const { modelA, modelB, winA, scoreA, scoreB } of comparisons) {
      pairs.add(modelA, modelB, winA)
      counts.comparisons++
      if (winA === 0.5) counts.ties++
      if (rowForm === 'outcomes') continue
      addScore(modelA, scoreA)
      addScore(modelB, scoreB)
    }
    if (rowForm === 'outcomes')
      for (const [model, score] of Object.entries(parseOutcomes(row, place).scores)) addScore(model, score)
  }

  return {
    add(placed) {
      const { value, place } = placed
      try {
        const row = parseRow(value, place)
        const rowForm = checkForm(row, place)
        form = rowForm
        addLabels(row, rowForm, place)
        addPrompt(row, place)
      } catch (error) {
        if (!(error instanceof DataError)) throw error
        return addInvalid(error)
      }
      counts.rows++
      const id = checkId(placed)
      if (id === 'repeated') counts.repeatedIds++
      if (typeof id === 'string') return
      counts.conflictingIds++
      if (conflicts.length < listed) conflicts.push(id)
    },
    addInvalid,
    result: () => ({
      form,
      ...counts,
      invalid,
      conflicts,
      prompts: {
        distinct: distinct.size,
        distinctNormalized: distinctNormalized.size,
        characters: lengthSummary(lengths),
      },
      models: [...models]
        .map(([model, { rows, total }]) => ({ model, rows, meanScore: total / rows }))
        .sort((one, other) => other.rows - one.rows || other.meanScore - one.meanScore),
      pair: pairs.best(),
    }),
  }
}

/** Counts how often each length occurs, so memory grows with the number of lengths and not with the file. */
function lengthSummary(lengths: ReadonlyMap<number, number>): Inspection['prompts']['characters'] {
  const sorted = [...lengths].sort(([one], [other]) => one - other)
  const total = sorted.reduce((sum, [, count]) => sum + count, 0)
  const first = sorted[0]
  const last = sorted.at(-1)
  if (first === undefined || last === undefined) return null
  const atShare = (share: number): number => {
    let below = 0
    for (const [length, count] of sorted) {
      below += count
      if (below >= share * total) return length
    }
    return last[0]
  }
  return { least: first[0], median: atShare(0.5), p95: atShare(0.95), most: last[0] }
}
