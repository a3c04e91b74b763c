/** In `server.allowedOrigins`: the pages of every origin. */
export const anyOrigin = '*'

/**
 * An origin as browsers send it in the `Origin` header: `https://chat.example.com`, in lower case, without a port that is
 * its scheme's own. A final slash is accepted, and the schemes of extensions and desktop programs are
 * (`vscode-webview://…`). `*` stays. Undefined for anything else, such as a URL with a path.
 */
export function parseOrigin(text: string): string | undefined {
  if (text === anyOrigin) return text
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\*]+\/?$/i.test(text) || !URL.canParse(text)) return undefined
  const { protocol, host } = new URL(text)
  return host === '' ? undefined : `${protocol}//${host.toLowerCase()}`
}
