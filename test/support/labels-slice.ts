import { join } from 'node:path'
import { readRows } from '../../src/learning/formats/read-rows.ts'
import { parseRow, stringColumn } from '../../src/learning/formats/row.ts'

/** How well two models did on a prompt. */
export type Labelled = {
  readonly prompt: string
  readonly scores: { readonly big: number; readonly small: number }
}

/** Labels to learn from, and others that show what was learned. */
export type LabelsSlice = { readonly labels: readonly Labelled[]; readonly heldOut: readonly Labelled[] }

/** Two real slices of one data set of the training files in `folder`. */
export async function realLabels(folder: string): Promise<LabelsSlice> {
  const rows: Labelled[] = []
  for await (const { place, value } of readRows(join(folder, 'train_pairs_strong_weak.jsonl.gz'))) {
    const row = parseRow(value, place)
    if (row.dataset !== 'ulab_llmrouter_mix') continue
    const scores = { big: Number(row.score_strong), small: Number(row.score_weak) }
    rows.push({ prompt: stringColumn(row, 'prompt', place), scores })
  }
  return {
    labels: rows.filter((_, row) => row % 10 === 0),
    heldOut: rows.filter((_, row) => row % 10 === 5),
  }
}

/**
 * Labels that can be learned and that the built-in router is wrong about: what looks easy is what the small model fails
 * on.
 *
 * @param from other numbers make other prompts.
 */
export function madeUpLabels(count: number, from: number): Labelled[] {
  return Array.from({ length: count }, (_, index) => {
    const row = from + index
    return row % 3 === 0
      ? {
          prompt: `Say something kind to guest ${row}.`,
          scores: { big: 1, small: row % 2 === 0 ? 0 : 1 },
        }
      : {
          prompt: `Prove lemma ${row} on compact sets, step by step, and simplify 3 x + 4 = ${row}.`,
          scores: { big: 1, small: 1 },
        }
  })
}
