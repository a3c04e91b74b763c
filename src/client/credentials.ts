import OpenAI, { type ClientOptions } from 'openai'

/** Takes the place of a missing key, because the base class cannot be constructed without one. */
const placeholder = 'no-key'

/**
 * Options that the base class can be constructed with. Its constructor reads the key from the environment and throws
 * if there is none; routing and scoring need no key.
 *
 * @returns `isKeyless`: the key in `options` is a placeholder that has to be removed after construction.
 */
export function toConstructible(options: ClientOptions): { options: ClientOptions; isKeyless: boolean } {
  const hasOwn = options.apiKey || options.adminAPIKey || options.workloadIdentity
  // A probe with the other credential set finds what the base class reads from the environment.
  const isKeyless =
    !hasOwn &&
    new OpenAI({ ...options, logLevel: 'off', adminAPIKey: placeholder }).apiKey === null &&
    new OpenAI({ ...options, logLevel: 'off', apiKey: placeholder }).adminAPIKey === null
  return { options: isKeyless ? { ...options, apiKey: placeholder } : options, isKeyless }
}
