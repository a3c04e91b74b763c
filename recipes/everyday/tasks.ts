import type { Task } from '../../src/routing/tasks/task.ts'
import type { kindsOfWork } from './corpus.ts'

type KindOfWork = (typeof kindsOfWork)[number]

/**
 * Kinds of the corpus that share a label: word vectors do not tell them apart, and whoever reads a decision has no use
 * for the difference. Each other kind is a label of its own.
 */
const merged = { correction: 'rewriting', extraction: 'reformatting' } as const satisfies Partial<
  Record<KindOfWork, Task>
>

export function taskOfKind(kind: KindOfWork): Task {
  return kind === 'correction' || kind === 'extraction' ? merged[kind] : kind
}
