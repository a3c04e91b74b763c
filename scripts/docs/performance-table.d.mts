export function performanceMarkdown(speed: unknown): string
export function tableOfPage(text: string): string
