import { redactUrl } from '../../../base/settings/redact.ts'
import { readApiKey } from '../../../base/settings/secrets.ts'
import type { Config } from '../../../config/config.ts'
import { passesCredential } from '../../../providers/provider-keys.ts'
import type { ProviderEndpoint } from '../../../providers/provider-kind.ts'
import { endpointConfigs, endpointName, providerEndpoint } from '../../../providers/registry.ts'
import type { Check } from './check.ts'

type Variables = Readonly<Record<string, string | undefined>>

const onlineTimeoutMs = 5_000

/** Asks every endpoint of every provider for its models, with the key in the header that the provider takes. */
export function onlineChecks({ providers }: Config, variables: Variables): Promise<Check>[] {
  return providers.flatMap((provider) =>
    endpointConfigs(provider).flatMap((each, index) => {
      const endpoint = providerEndpoint(each)
      if (endpoint === undefined) return []
      const name = `provider ${endpointName(provider.name, index)}`
      return [
        passesCredential(provider)
          ? keylessCheck(name, endpoint)
          : keyedCheck(name, endpoint, readKey(variables, endpoint.apiKeyEnv)),
      ]
    }),
  )
}

/** The key, or why no request could carry it. */
export function readKey(variables: Variables, variable: string | undefined): string | undefined | Error {
  if (variable === undefined) return undefined
  try {
    return readApiKey(variables, variable)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function keyedCheck(
  name: string,
  endpoint: ProviderEndpoint,
  key: string | undefined | Error,
): Promise<Check> {
  if (key instanceof Error) return { name, status: 'failed', detail: key.message }
  const { status, check } = await askForModels(name, endpoint, key)
  if (status !== 401 && status !== 403) return check
  return {
    name,
    status: 'failed',
    detail: `${modelsUrl(endpoint)} refuses ${key === undefined ? 'a request without a key' : 'the key'} (${status})`,
    remedy: `Check ${endpoint.apiKeyEnv ?? 'apiKeyEnv'}.`,
  }
}

/** Without a credential of a client only whether the provider can be reached is known. */
async function keylessCheck(name: string, endpoint: ProviderEndpoint): Promise<Check> {
  const { status, check } = await askForModels(name, endpoint, undefined)
  if (status !== 401 && status !== 403) return check
  return {
    name,
    status: 'ok',
    detail: `${modelsUrl(endpoint)} answers ${status} without a key, which clients bring`,
  }
}

type Answer = { readonly status: number | null; readonly check: Check }

async function askForModels(
  name: string,
  endpoint: ProviderEndpoint,
  key: string | undefined,
): Promise<Answer> {
  const { baseUrl, headers, apiKeyHeader = 'authorization', modelsPath = '/models' } = endpoint
  const shownUrl = modelsUrl(endpoint)
  const credential =
    key === undefined ? {} : { [apiKeyHeader]: apiKeyHeader === 'authorization' ? `Bearer ${key}` : key }
  try {
    const { status } = await fetch(`${baseUrl}${modelsPath}`, {
      headers: { ...credential, ...headers },
      // A key is not carried to wherever a redirect points.
      redirect: 'manual',
      signal: AbortSignal.timeout(onlineTimeoutMs),
    })
    return {
      status,
      check: { name, status: status >= 500 ? 'failed' : 'ok', detail: `${shownUrl} answers ${status}` },
    }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    const problem = error instanceof Error ? error.message : String(error)
    const check: Check = {
      name,
      status: 'failed',
      detail: `${shownUrl} cannot be reached (${problem}${cause})`,
      remedy: 'Check baseUrl, and that the server runs.',
    }
    return { status: null, check }
  }
}

function modelsUrl({ baseUrl, modelsPath = '/models' }: ProviderEndpoint): string {
  return redactUrl(`${baseUrl}${modelsPath}`)
}
