import type { Requirement } from './requirements.mjs'

export type TestReport = {
  readonly success: boolean
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export type TestCounts = {
  readonly passed: number
  readonly failed: number
  /** Titles of skipped tests. */
  readonly skipped: readonly string[]
  /** Files that failed without a failing test. */
  readonly broken: readonly string[]
}

export function countTests(report: TestReport): TestCounts

export function unexcusedSkips(
  skipped: readonly string[],
  table?: Readonly<Record<string, Requirement>>,
): Promise<string[]>
