import { networkInterfaces } from 'node:os'
import { redactUrl } from '../../base/settings/redact.ts'
import { isLoopback } from '../../config/loopback.ts'
import { ConfigError } from '../../errors.ts'

/**
 * Refuses a gateway that would send requests to itself, round and round.
 *
 * @param upstreamUrls base URLs by provider name.
 * @throws ConfigError `routes-to-itself`.
 */
export function refuseOwnAddress(
  upstreamUrls: ReadonlyMap<string, string>,
  host: string,
  port: number,
): void {
  for (const [provider, baseUrl] of upstreamUrls) {
    if (!isOwnAddress(new URL(baseUrl), host, port)) continue
    throw new ConfigError(
      'routes-to-itself',
      `The provider "${provider}" (${redactUrl(baseUrl)}) is this gateway itself, which listens on ${host}:${port}. Give the provider its real base URL, or listen on another port.`,
      { param: `providers.${provider}.baseUrl` },
    )
  }
}

/** Whether a server bound to `host` and `port` is reached by `url`. Names in DNS are not looked up. */
export function isOwnAddress(url: URL, host: string, port: number): boolean {
  const urlPort = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  if (urlPort !== port) return false
  const urlHost = plainHost(url.hostname)
  if (urlHost === plainHost(host)) return true
  const boundToAll = host === '0.0.0.0' || host === '::'
  if (isLoopback(urlHost) || urlHost === '0.0.0.0' || urlHost === '::') return boundToAll || isLoopback(host)
  if (!boundToAll) return false
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === urlHost),
  )
}

/** The host without brackets, the final dot of a name, and the IPv6 form of an IPv4 address. */
function plainHost(hostname: string): string {
  const host = hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return 'localhost'
  const mapped = /^::ffff:(?:([0-9a-f]{1,4}):([0-9a-f]{1,4})|(\d+(?:\.\d+){3}))$/.exec(host)
  if (mapped === null) return host
  if (mapped[3] !== undefined) return mapped[3]
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
