import type { Evaluation } from '../../src/learning/evaluation/evaluation.ts'

export const resultMarkers: readonly [begin: string, end: string]
export function resultsMarkdown(results: unknown, reportMarkdown: (evaluation: Evaluation) => string): string
export function overview(results: unknown): string
export function betweenMarkers(page: string, markers?: readonly [begin: string, end: string]): string
export function withBetweenMarkers(
  page: string,
  text: string,
  markers?: readonly [begin: string, end: string],
): string
