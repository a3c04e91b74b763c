import { isLoopback } from '../../config/loopback.ts'

/** Whether a `Host` header names this gateway. A name in DNS that leads here does not. */
export type HostCheck = (host: string | undefined, localAddress: string | undefined) => boolean

/** Headers that have passed, so that a later request costs one look-up. The port makes many of one name. */
const mostRemembered = 64

/**
 * A check for the names that reach a gateway from this machine: `localhost` and the loopback addresses, the address
 * that the connection was made to, and the hosts of `allowedOrigins`, each with any port, because a port may be forwarded.
 *
 * A web page whose name resolves to 127.0.0.1 (DNS rebinding) sends its own name, which is none of these. A request
 * without the header comes from an HTTP/1.0 client, which is no browser.
 */
export function createHostCheck(allowedOrigins: readonly string[]): HostCheck {
  const names = new Set(
    allowedOrigins.flatMap((origin) => parseHostName(origin.replace(/^.*:\/\//, '')) ?? []),
  )
  const remembered = new Set<string>()
  return (host, localAddress) => {
    if (host === undefined || remembered.has(host)) return true
    const name = parseHostName(host)
    if (name === undefined) return false
    if (isLoopback(name) || names.has(name)) {
      if (remembered.size < mostRemembered) remembered.add(host)
      return true
    }
    return localAddress !== undefined && name === parseHostName(bracketed(localAddress))
  }
}

/**
 * The name or address in a `Host` header, in one spelling: lower case, without port, brackets and final full stop; an IPv4
 * address that is mapped into IPv6 as IPv4. Undefined if the header holds anything else.
 */
export function parseHostName(host: string): string | undefined {
  if (!/^(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{0,5})?$/i.test(host)) return undefined
  const url = `http://${host}`
  if (!URL.canParse(url)) return undefined
  const name = new URL(url).hostname.replace(/\.$/, '')
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(name)
  if (mapped === null) return name.replace(/^\[|\]$/g, '')
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}
