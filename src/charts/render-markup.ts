import type { JSX } from 'preact'
import { renderToString } from 'preact-render-to-string'

/**
 * The markup of components, for a file or a reply. It is well-formed if the components are, whatever the texts in them:
 * characters that XML 1.0 forbids, lone surrogates and changes of direction become U+FFFD.
 */
export function renderMarkup(node: JSX.Element): string {
  return renderToString(node)
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0, 2.2 Characters; C1 is discouraged there
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
      '\ufffd',
    )
    .replaceAll(']]>', ']]&gt;')
}
