import { ConfigError, MissingPackageError } from '../../../errors.ts'
import { rethrow } from '../../concurrency/optional-import.ts'
import type { HubOptions } from './hub-options.ts'

export type HubLibrary = typeof import('@huggingface/hub')

/**
 * `@huggingface/hub`, an optional peer, loaded when a hub id is first used.
 *
 * @throws MissingPackageError with the command that installs it.
 */
export async function loadHubLibrary(
  load: () => Promise<HubLibrary> = () => import(/* webpackIgnore: true */ '@huggingface/hub').catch(rethrow),
): Promise<HubLibrary> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new MissingPackageError(
      'missing-package',
      'Reading from a hub needs the package @huggingface/hub, which is not installed. Install it with: npm install @huggingface/hub',
      { cause: error },
    )
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}

/**
 * A `fetch` that sends the token only to the hub itself, because the bytes of a file may come from another host.
 * The library's own `accessToken` is not used because it refuses the tokens of mirrors (it wants `hf_…`).
 */
export function authorisedFetch(hubUrl: string, { token, fetch: send = fetch }: HubOptions): typeof fetch {
  const origin = originOf(hubUrl)
  return (input, init) => {
    const url = input instanceof Request ? input.url : input
    if (token === undefined || new URL(url).origin !== origin) return send(input, init)
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
    return send(input, { ...init, headers })
  }
}

function originOf(hubUrl: string): string {
  if (URL.canParse(hubUrl)) return new URL(hubUrl).origin
  throw new ConfigError(
    'bad-hub-endpoint',
    `The hub endpoint ${JSON.stringify(hubUrl)} is not a URL; give one such as https://huggingface.co.`,
  )
}
