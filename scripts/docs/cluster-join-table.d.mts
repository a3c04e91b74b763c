export function clusterJoinMarkdown(results: unknown): string
export function clusterJoinOfPage(page: string): string
export function withClusterJoin(page: string, text: string): string
