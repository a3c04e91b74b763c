export function readResults(): Readonly<Record<string, unknown>>
export function targetsMarkdown(results: Readonly<Record<string, unknown>>): string
export function targetsOfPage(text: string): string
