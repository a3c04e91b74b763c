export function ownLabelsMarkdown(results: unknown): string
export function ownLabelsOfPage(page: string): string
export function withOwnLabels(page: string, text: string): string
