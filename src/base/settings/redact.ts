/**
 * Takes secrets out of text that is shown, logged or sent to somebody: messages, URLs, what an endpoint said. Everything
 * that hides a secret is in this file.
 */

const hidden = '…'

/** A URL, or a text with URLs, with the user names, the passwords and the values of the queries hidden. */
export function redactUrl(text: string): string {
  return hideUrlCredentials(text).replace(/:\/\/[^\s"'<>]+/g, (url) =>
    url.replace(/([?&][^=&#]*=)[^&#]*/g, `$1${hidden}`),
  )
}

/**
 * Hides these secrets in a text, and whatever has the form of a credential: user names and passwords in URLs, bearer tokens
 * and the keys of well-known services.
 */
export function redactSecrets(text: string, secrets: readonly string[] = []): string {
  return hideUrlCredentials(hideKnown(text, secrets))
    .replace(/\b(Bearer|Basic) +[\w.~+/-]{8,}=*/gi, `$1 ${hidden}`)
    .replace(/\b(sk|pk|rk|gsk|hf|ghp|xai|rllm|AIza)([-_])[\w-]{4,}/g, `$1$2${hidden}`)
    .replace(/\bAIza[\w-]{8,}/g, `AIza${hidden}`)
}

/** Hides these secrets only: for text that must not change otherwise, such as data. */
export function hideKnown(text: string, secrets: readonly string[]): string {
  let shown = text
  for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, hidden)
  return shown
}

function hideUrlCredentials(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]{1,15}:\/\/)[^\s/?#"'<>]*@/gi, `$1${hidden}@`)
}
