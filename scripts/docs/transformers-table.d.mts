export const page: string
export function generatedPage(text: string): string
export function withSection(text: string, name: string, content: string): string
