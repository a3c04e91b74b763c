/** Paths of single endpoints, which are no part of a base URL. */
const endpointPath =
  /\/(?:chat\/completions|completions|responses|messages|embeddings|models|moderations|images\/generations|audio\/(?:speech|transcriptions)|rerank)\/*$/i

const secretName = /(?:^|[_-])(?:key|apikey|token|secret|sig|signature|password|code|credentials?)$/i

/**
 * What is wrong with the base URL of an endpoint, to follow the name of the setting; null for a good one. It never shows the
 * URL, which may hold a key. A query such as `?api-version=…` goes with every request.
 */
export function findBaseUrlProblem(text: string): string | null {
  if (!/^https?:\/\/[^\s/]+/.test(text)) return 'must start with http:// or https:// and name a host'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a URL parser removes them without a word
  if (/[\s\u0000-\u001f\u007f]/.test(text)) return 'has white space or a control character; remove it'
  if (!URL.canParse(text)) return 'is not a URL that can be read'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    return 'holds a user name or a password, which are not sent; put the key in an environment variable and name it in apiKeyEnv'
  if (text.includes('#')) return 'has a fragment (#…), which is never sent; remove it'
  const endpoint = endpointPath.exec(url.pathname)?.[0]
  if (endpoint !== undefined)
    return `ends in ${endpoint.replace(/\/+$/, '')}, the path of one endpoint; give what comes before it, such as https://api.openai.com/v1`
  const secret = [...url.searchParams.keys()].find((name) => secretName.test(name))
  if (secret !== undefined)
    return `has ${JSON.stringify(secret)} in its query, which may be a key; put the key in an environment variable and name it in apiKeyEnv`
  return null
}
