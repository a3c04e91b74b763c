import { helmDescription } from './layouts/labels/helm.ts'
import { labelLayouts, promptsLayout } from './layouts/registry.ts'

/** A format that is read: who writes it, what is read of it, and the test or the test's file that holds it. */
export type FormatReference = {
  readonly name: string
  readonly writer: string
  readonly reads: string
  /** A path from the project's folder. */
  readonly testedWith: string
}

/** By name of a layout. */
const testedWith: Readonly<Record<string, string>> = {
  'gpt4-dataset': 'test/cases/43-upstream-migration/gpt4_dataset.jsonl',
  'alpaca-eval': 'test/cases/evaluation-tools/alpaca-eval/annotations.json',
  promptfoo: 'test/cases/evaluation-tools/promptfoo/results.json',
  'lm-eval': 'test/cases/evaluation-tools/lm-eval',
  helm: 'test/cases/41-helm',
  nested: 'test/cases/40-wide-form/messages-column.jsonl',
  battles: 'test/cases/37-arena/winner-as-name.jsonl',
  long: 'test/cases/32-long-form',
  wide: 'test/cases/30-routerbench/routerbench.csv',
  prompts: 'test/cases/36-helpsteer/helpsteer3.jsonl',
}

/** Every layout of labels and prompts, in the order in which they are tried. */
export function formatReferences(): readonly FormatReference[] {
  const layouts = [...labelLayouts, helmDescription].map(({ name, writer, reads }) => ({
    name,
    writer,
    reads,
  }))
  const { name, writer, reads } = promptsLayout
  return [...layouts, { name, writer, reads }].map((format) => ({
    ...format,
    testedWith: testedWith[format.name] ?? '',
  }))
}

/** The same as a Markdown table. */
export function labelFormatsTable(): string {
  const rows = formatReferences().map(
    ({ name, writer, reads, testedWith: file }) =>
      `| \`${name}\` | ${cell(writer)} | ${cell(reads)} | [${file.split('/').at(-1)}](../${file}) |`,
  )
  return ['| format | who writes it | what is read | tested with |', '|---|---|---|---|', ...rows].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
