/** Whether a text is written as a path. A hub id is `owner/name`. */
export function isPath(text: string | undefined): text is string {
  return text !== undefined && /^(\.{0,2}\/|\.{1,2}$|[A-Za-z]:[\\/])/.test(text)
}
