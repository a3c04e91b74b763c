import OpenAI, { type ClientOptions } from 'openai'

/** Stands in for a key where there is none, because the base class cannot be constructed without one. */
const placeholder = 'no-key'

/**
 * Options that the base class can be constructed with. It reads its key from the environment by itself, and
 * refuses to exist where it finds none; routing and scoring need no key.
 *
 * @returns `isKeyless`: the key in `options` is a placeholder, to be taken away after construction.
 */
export function constructible(options: ClientOptions): { options: ClientOptions; isKeyless: boolean } {
  const hasOwn = options.apiKey || options.adminAPIKey || options.workloadIdentity
  // A probe with the other credential filled in finds what the base class would read from the environment.
  const isKeyless =
    !hasOwn &&
    new OpenAI({ ...options, logLevel: 'off', adminAPIKey: placeholder }).apiKey === null &&
    new OpenAI({ ...options, logLevel: 'off', apiKey: placeholder }).adminAPIKey === null
  return { options: isKeyless ? { ...options, apiKey: placeholder } : options, isKeyless }
}
