import { z } from 'zod'
import { ConfigError } from '../../errors.ts'

/** The name of an environment variable. */
export const environmentName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'takes the name of an environment variable such as OPENAI_API_KEY, never the key',
  )

/** Whether a text has the form of a provider's key rather than of a name. */
export function looksLikeKey(text: string): boolean {
  return /^(Bearer\s|sk-|pk-|rk-|hf_|gsk_|xai-|rllm-|AIza|ghp_)/.test(text)
}

/** The message about a key in a setting that takes the name of its variable. */
export const keyInsteadOfName =
  'takes the name of an environment variable such as OPENAI_API_KEY, never the key'

/** The message about a key in the configuration file. */
export const keyInFile =
  'keys are never in this file; put the key in an environment variable and name it in apiKeyEnv'

/**
 * The key in an environment variable or flag; undefined if it is not set or empty.
 *
 * @throws ConfigError `bad-api-key` for a key that no header can carry. The message does not show the key.
 */
export function readApiKey(
  variables: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const key = variables[name]
  if (key === undefined || key === '') return undefined
  const problem = findKeyProblem(key)
  if (problem === null) return key
  const place = name.startsWith('--') ? name : `the environment variable ${name}`
  throw new ConfigError(
    'bad-api-key',
    `The key in ${place} ${problem}. A header cannot carry it: set the key without that.`,
    { param: name },
  )
}

function findKeyProblem(key: string): string | null {
  if (/^[\x21-\x7e]+$/.test(key)) return null
  if (/[\r\n]\s*$/.test(key)) return 'ends with a line break'
  if (/[\r\n]/.test(key)) return 'has a line break in it'
  if (/^\s|\s$/.test(key)) return 'begins or ends with white space'
  if (/[ \t]/.test(key)) return 'has white space in it'
  return 'has a character outside of ASCII'
}

/** Headers that belong to one connection or that the HTTP client sets. */
const ownHeaders =
  /^(?:connection|content-length|expect|host|http2-settings|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i

/** What is wrong with a header of a configuration; null for a good one. It never shows the value. */
export function findHeaderProblem(name: string, value: string): string | null {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
    return 'is not the name of a header: it has a space or another character that names do not have'
  if (ownHeaders.test(name)) return 'belongs to the connection and is set by the gateway; remove it'
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    return 'has a value (not shown: it may be a key) with a line break or another character that a header cannot carry'
  return null
}
