import { findBaseUrlProblem } from '../../../base/settings/base-url.ts'
import { readApiKey } from '../../../base/settings/secrets.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { Environment } from '../../terminal/environment.ts'
import { type GatewayPoint, keyVariable } from './tools/tool.ts'

export type GatewayFlags = {
  readonly url: string
  readonly model: string
  readonly key?: string
  readonly contextTokens?: number
}

/** The gateway that the flags name, and its key, which is given by `--key` or in ROUTELLM_API_KEY. */
export function readGatewayPoint(
  flags: GatewayFlags,
  { variables }: Environment,
): { readonly gateway: GatewayPoint; readonly key: string | undefined } {
  const key = readApiKey({ '--key': flags.key }, '--key') ?? readApiKey(variables, keyVariable)
  return {
    gateway: {
      url: toGatewayUrl(flags.url),
      model: flags.model,
      needsKey: key !== undefined,
      ...(flags.contextTokens !== undefined && { contextTokens: flags.contextTokens }),
    },
    key,
  }
}

/** The URL without `/v1`: each tool adds what it needs. */
function toGatewayUrl(text: string): string {
  const problem = findBaseUrlProblem(text) ?? (text.includes('?') ? 'has a query; remove it' : null)
  if (problem === null) return text.replace(/\/+$/, '').replace(/\/v1$/, '')
  throw new InvalidRequestError('bad-base-url', `--url ${problem}, such as http://127.0.0.1:6060`, {
    param: '--url',
  })
}
