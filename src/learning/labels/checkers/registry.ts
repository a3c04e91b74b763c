import type { Checker } from './checker.ts'
import { createExactChecker } from './exact.ts'
import { createMultipleChoiceChecker } from './multiple-choice.ts'
import { createNumericChecker } from './numeric.ts'
import { createRegexChecker } from './regex.ts'

export type CheckerKind = 'exact' | 'choice' | 'numeric' | 'regex'

export type CheckerOptions = {
  /** Of `exact`. */
  readonly ignoreCase?: boolean
  /** Of `numeric`: the largest difference that still counts as equal; 0 unless told. */
  readonly tolerance?: number
}

const checkers: Readonly<Record<CheckerKind, (options: CheckerOptions) => Checker>> = {
  exact: createExactChecker,
  choice: createMultipleChoiceChecker,
  numeric: createNumericChecker,
  regex: createRegexChecker,
}

export const checkerKinds: readonly CheckerKind[] = ['exact', 'choice', 'numeric', 'regex']

export function createChecker(kind: CheckerKind, options: CheckerOptions = {}): Checker {
  return checkers[kind](options)
}
