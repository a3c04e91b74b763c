export function exampleLog(): string
