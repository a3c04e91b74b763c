import type { Checker } from './checker.ts'
import { createExactChecker } from './exact.ts'
import { createMultipleChoiceChecker } from './multiple-choice.ts'
import { createNumericChecker } from './numeric.ts'
import { createRegexChecker } from './regex.ts'

export const checkerKinds = ['exact', 'choice', 'numeric', 'regex'] as const
export type CheckerKind = (typeof checkerKinds)[number]

export type CheckerOptions = {
  /** Of `exact`. */
  readonly ignoreCase?: boolean
  /** Of `numeric`: the largest difference that still counts as equal; default: 0. */
  readonly tolerance?: number
}

const checkers: Readonly<Record<CheckerKind, (options: CheckerOptions) => Checker>> = {
  exact: createExactChecker,
  choice: createMultipleChoiceChecker,
  numeric: createNumericChecker,
  regex: createRegexChecker,
}

export function createChecker(kind: CheckerKind, options: CheckerOptions = {}): Checker {
  return checkers[kind](options)
}
