import { routedPrompt } from '../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../row.ts'
import { findPromptReader } from './cells/prompt-cells.ts'
import { isObject } from './cells/score-cells.ts'
import { alpacaEvalLayout, battlesLayout, gpt4DatasetLayout } from './labels/battles.ts'
import { lmEvalLayout } from './labels/lm-eval.ts'
import { longLayout } from './labels/long.ts'
import { nestedLayout } from './labels/nested.ts'
import { promptfooLayout } from './labels/promptfoo.ts'
import { wideLayout } from './labels/wide.ts'
import type { Layout, Reading } from './layout.ts'

/** Layouts of labels, the most distinctive first. */
export const labelLayouts: readonly Layout[] = [
  gpt4DatasetLayout,
  alpacaEvalLayout,
  promptfooLayout,
  lmEvalLayout,
  nestedLayout,
  battlesLayout,
  longLayout,
  wideLayout,
]

/** Rows that hold prompts under another name than `prompt`, or in another form than a text. */
export const promptsLayout: Layout = {
  name: 'prompts',
  writer: 'ShareGPT, Alpaca, chats, Kaggle’s arena without winners',
  reads:
    '`messages` or `conversations` (a request’s last user turn; the first of a whole conversation), `instruction` with `input`, `question`, `query`, `text` and the like; lists of texts in a cell, of which the first is taken',
  plan(sample) {
    const prompt = findPromptReader(sample)
    if (prompt === undefined) return undefined
    return {
      kind: 'each',
      read(row, { pickPrompt }) {
        const text = prompt.read(row, pickPrompt)
        const { model_a: _a, model_b: _b, ...others } = row
        return text === undefined ? row : { ...('winner' in row ? row : others), prompt: text }
      },
    }
  },
}

/** The files of the arena are read as they are by `parseArenaBattle`. */
export function isArenaFile(sample: readonly Row[]): boolean {
  return sample.some((row) => 'winner_model_a' in row || ('conversation_a' in row && 'winner' in row))
}

/** Whether each row has a plain text as its prompt, and is read as it is. */
export function isPlainPrompts(sample: readonly Row[]): boolean {
  const prompt = findPromptReader(sample)
  return sample.every(
    (row) => typeof row.prompt === 'string' && prompt?.read(row, routedPrompt) === row.prompt,
  )
}

export function findLabelLayout(
  sample: readonly Row[],
): { readonly layout: Layout; readonly reading: Reading } | undefined {
  const rows = sample.filter(isObject)
  if (rows.length === 0) return undefined
  for (const layout of labelLayouts) {
    const reading = layout.plan(rows)
    if (reading !== undefined) return { layout, reading }
  }
  return undefined
}
