import { textIdentity } from '../../../base/text/text-identity.ts'
import { DataError, InvalidRequestError } from '../../../errors.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import { proposeScoreColumns } from '../../formats/layouts/labels/wide.ts'
import type { PlacedRow } from '../../formats/read-rows.ts'
import { parseRow, type Row, type SharedColumns } from '../../formats/row.ts'
import { parseArenaBattle } from '../../rows/arena.ts'
import { type Battle, parseBattle, parseStrongWeakBattle } from '../../rows/battles.ts'
import { createFormCheck, promptOfRow, type RowForm } from '../../rows/forms.ts'
import { type Outcomes, parseOutcomes } from '../../rows/outcomes.ts'
import { type Preference, parsePreference } from '../../rows/preferences.ts'
import { outcomesOfBattle, outcomesOfPreference } from '../../rows/to-outcomes.ts'
import { createReferenceOutcomes } from './reference-outcomes.ts'
import { battlesOfOutcomes } from './to-battles.ts'

export type ConversionOptions = {
  readonly to: 'battles' | 'outcomes' | 'prompts'
  /** Only rows of these two models, and of others nothing. */
  readonly pair?: ModelPair
  /** To battles: scores or shares that differ by at most this are a tie. Default: 0. */
  readonly tieBand?: number
  /** To outcomes: one row a prompt, of each model's share of the win against this one. */
  readonly reference?: string
}

/** Converts rows of one form into rows of another, one at a time. */
export type Conversion = {
  /** The rows to write for this one. Throws `DataError` `invalid-row`. */
  add(row: PlacedRow): readonly Row[]
  /** What can be written only after the last row. */
  finish(): readonly Row[]
  readonly counts: ConversionCounts
}

export type ConversionCounts = {
  read: number
  written: number
  /** `columns`: an application's own, with the columns that its paths give it. */
  form: RowForm | 'columns' | null
  /** Rows that gave nothing: an arena prompt under 16 characters; other models than asked for; a prompt that came before. */
  shortPrompts: number
  otherModels: number
  repeatedPrompts: number
  /** To a log: a row without a prompt. */
  withoutPrompt: number
}

/** The content of a row, independent of its form. */
type Label =
  | { readonly kind: 'outcomes'; readonly outcomes: Outcomes }
  | { readonly kind: 'battle'; readonly battle: Battle; readonly outcomes?: Outcomes }
  | { readonly kind: 'preference'; readonly preference: Preference }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'short-prompt' }

/**
 * The functions used here document which conversions exist, and what each keeps and loses: `battlesOfOutcomes`,
 * `outcomesOfBattle`, `outcomesOfPreference`, `createReferenceOutcomes`, `parseArenaBattle`. Each prompt is written
 * once. Of the other columns of a row, `category`, `dataset`, `language` and `group` are kept. If a row becomes one
 * row, its `id` is kept; if it becomes several, the id becomes their `group`. If the form does not change, all columns
 * are kept.
 */
export function createConversion(options: ConversionOptions): Conversion {
  const { to, pair, reference } = options
  checkOptions(options)
  const checkForm = createFormCheck()
  const seen = new Set<number>()
  const byReference = reference === undefined ? undefined : createReferenceOutcomes(reference)
  const counts = noCounts()

  function convert({ value, place }: PlacedRow): readonly Row[] {
    const row = parseRow(value, place)
    const form = checkForm(row, place)
    counts.form = form
    const label = labelOf(row, form, place)
    if (label.kind === 'short-prompt') {
      counts.shortPrompts++
      return []
    }
    if (to === 'prompts') return distinctPrompt(promptOfRow(row, place))
    if (label.kind === 'prompt')
      throw new DataError(
        'invalid-row',
        `${place} has a prompt and no label, so it cannot become ${to}.${describeColumns(row)}`,
      )
    if (byReference !== undefined) {
      if (!byReference.add(preferenceOf(label, place))) counts.otherModels++
      return []
    }
    const rows = to === 'battles' ? battleRows(row, form, label, options) : outcomeRows(row, label, pair)
    if (rows.length === 0) counts.otherModels++
    return rows
  }

  function distinctPrompt(prompt: string): readonly Row[] {
    const identity = textIdentity(prompt)
    if (seen.has(identity)) {
      counts.repeatedPrompts++
      return []
    }
    seen.add(identity)
    return [{ prompt }]
  }

  return {
    counts,
    add(placed) {
      counts.read++
      const rows = convert(placed)
      counts.written += rows.length
      return rows
    },
    finish() {
      const rows = byReference?.finish().map((outcomes) => outcomesRow(outcomes)) ?? []
      counts.written += rows.length
      return rows
    },
  }
}

export function noCounts(): ConversionCounts {
  return {
    ...{ read: 0, written: 0, form: null },
    ...{ shortPrompts: 0, otherModels: 0, repeatedPrompts: 0, withoutPrompt: 0 },
  }
}

/** The columns of a row without a label, and what would make them labels. */
function describeColumns(row: Row): string {
  const proposal = proposeScoreColumns(row)
  return ` Its columns are ${Object.keys(row).join(', ')}.${proposal === '' ? ' Labels are scores.<model> columns, or model and score, or model_a, model_b and winner.' : proposal}`
}

function checkOptions({ to, tieBand, reference, pair }: ConversionOptions): void {
  const refuse = (param: string, reason: string) => {
    throw new InvalidRequestError('conversion-option', `${param} ${reason}`, { param })
  }
  if (tieBand !== undefined && to !== 'battles') refuse('--tie-band', 'is for battles: give --to battles')
  if (reference !== undefined && to !== 'outcomes')
    refuse('--reference', 'is for outcomes: give --to outcomes')
  if (pair !== undefined && to === 'prompts')
    refuse('--strong-model', 'is for battles and outcomes: prompts are of no model')
  if (pair !== undefined && reference !== undefined)
    refuse('--reference', 'compares every model with one; leave out --strong-model and --weak-model')
}

function labelOf(row: Row, form: RowForm, place: string): Label {
  switch (form) {
    case 'outcomes':
      return { kind: 'outcomes', outcomes: parseOutcomes(row, place) }
    case 'battles':
      return { kind: 'battle', battle: parseBattle(row, place) }
    case 'strong-weak':
      return strongWeakLabel(row, place)
    case 'preferences':
      return { kind: 'preference', preference: parsePreference(row, place) }
    case 'arena': {
      const battle = parseArenaBattle(row, place)
      return battle === undefined ? { kind: 'short-prompt' } : { kind: 'battle', battle }
    }
    case 'prompts':
      return { kind: 'prompt' }
  }
}

/** Such rows may have the scores that decided the winner; as outcomes they hold more than the winner. */
function strongWeakLabel(row: Row, place: string): Label {
  const battle = parseStrongWeakBattle(row, place)
  const { score_strong: strong, score_weak: weak } = row
  if (strong === undefined || weak === undefined) return { kind: 'battle', battle }
  const { modelA, modelB, winner: _, ...common } = battle
  const scores = Object.fromEntries([
    [modelA, strong],
    [modelB, weak],
  ])
  return { kind: 'battle', battle, outcomes: parseOutcomes({ ...common, scores }, place) }
}

function preferenceOf(label: Exclude<Label, { kind: 'prompt' | 'short-prompt' }>, place: string): Preference {
  if (label.kind === 'preference') return label.preference
  if (label.kind === 'outcomes')
    throw new DataError(
      'invalid-row',
      `${place} is a row of outcomes, and --reference is for battles and preferences. Leave --reference out.`,
    )
  const { winner, ...battle } = label.battle
  return { ...battle, shareB: winner === 'model_b' ? 1 : winner === 'model_a' ? 0 : 0.5 }
}

function battleRows(
  row: Row,
  form: RowForm,
  label: Label,
  { pair, tieBand }: ConversionOptions,
): readonly Row[] {
  const isOfPair = ({ modelA, modelB }: Battle) =>
    pair === undefined || [modelA, modelB].sort().join('\0') === [pair.strong, pair.weak].sort().join('\0')
  if (label.kind === 'battle')
    return isOfPair(label.battle) && label.battle.modelA !== label.battle.modelB
      ? [{ ...(form === 'battles' ? row : carried(row, 'one')), ...battleRow(label.battle) }]
      : []
  const outcomes = label.kind === 'preference' ? outcomesOfPreference(label.preference) : outcomesIn(label)
  const battles = battlesOfOutcomes(outcomes, {
    ...(pair !== undefined && { pair }),
    ...(tieBand !== undefined && { tieBand }),
  })
  return battles.map((battle) => ({
    ...carried(row, battles.length > 1 ? 'several' : 'one'),
    ...battleRow(battle),
  }))
}

function outcomeRows(row: Row, label: Label, pair: ModelPair | undefined): readonly Row[] {
  const outcomes = outcomesIn(label)
  const models = pair === undefined ? undefined : [pair.strong, pair.weak]
  if (models?.some((model) => !Object.hasOwn(outcomes.scores, model))) return []
  const scores =
    models === undefined
      ? outcomes.scores
      : Object.fromEntries(models.map((model) => [model, outcomes.scores[model]!]))
  const others = label.kind === 'outcomes' ? row : carried(row, 'one')
  return [{ ...others, ...outcomesRow({ ...outcomes, scores }) }]
}

function outcomesIn(label: Label): Outcomes {
  switch (label.kind) {
    case 'outcomes':
      return label.outcomes
    case 'battle':
      return label.outcomes ?? outcomesOfBattle(label.battle)
    case 'preference':
      return outcomesOfPreference(label.preference)
    default:
      throw new TypeError(`a ${label.kind} has no outcomes`)
  }
}

const carriedColumns = ['category', 'dataset', 'language', 'group'] as const

/** The columns of a row that the converted rows keep: `one` row, which keeps its id, or `several`. */
function carried(row: Row, becomes: 'one' | 'several'): Row {
  const columns = Object.fromEntries(
    carriedColumns.flatMap((column) => (row[column] === undefined ? [] : [[column, row[column]]])),
  )
  if (row.id === undefined) return columns
  return becomes === 'one' ? { id: row.id, ...columns } : { group: row.id, ...columns }
}

function battleRow({ modelA, modelB, winner, prompt, ...optional }: Battle): Row {
  return { prompt, model_a: modelA, model_b: modelB, winner, ...withPlainEmbedding(optional) }
}

function outcomesRow({ prompt, scores, ...optional }: Outcomes): Row {
  return { prompt, scores, ...withPlainEmbedding(optional) }
}

function withPlainEmbedding({ embedding, weight, requests }: SharedColumns): Row {
  return {
    ...(weight !== undefined && { weight }),
    ...(requests !== undefined && { requests }),
    ...(embedding !== undefined && { embedding: [...embedding] }),
  }
}
