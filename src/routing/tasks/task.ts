/**
 * The kinds of work that a prompt can ask for. The list is short and fixed, so that a label of a metric has few values.
 * The order is that of the rows of `tasks.safetensors`.
 */
export const tasks = [
  'agent-task',
  'classification',
  'code-edit',
  'code-from-spec',
  'creative-constrained',
  'data-analysis',
  'debugging',
  'design',
  'everyday-writing',
  'expert-finance',
  'expert-law',
  'expert-medicine',
  'expert-science',
  'follow-up',
  'greeting',
  'look-up',
  'maths-hard',
  'maths-simple',
  'planning',
  'proof',
  'reformatting',
  'rewriting',
  'summary',
  'tool-result',
  'translation',
  'trivia-obscure',
] as const

/** A kind of work, as metrics and logs name it. */
export type Task = (typeof tasks)[number]

/** The most likely kind of work of a prompt. */
export type TaskReading = {
  readonly task: Task
  /** In (0, 1]; the probabilities of all kinds sum to 1. */
  readonly probability: number
  /** The share of prompts of this kind that need the strong model, in the corpus that the reader was trained on. */
  readonly strongShare: number
}

/** Reads the kind of work from a prompt's text, in this thread and without waiting. */
export type TaskReader = {
  /** The most likely kind of work; null for a text that says nothing, such as spaces. */
  taskOf(text: string): Task | null
  /** The same with its probability. */
  read(text: string): TaskReading | null
}
