import { anyOrigin, parseOrigin } from '../../config/schema/origin.ts'
import { ConfigError } from '../../errors.ts'

/** @throws ConfigError `bad-origin` for a text that is no origin, or is `*` without client keys. */
export function parseOrigins(texts: readonly string[], isKeyless: boolean): string[] {
  return texts.map((text) => {
    const origin = parseOrigin(text)
    if (origin !== undefined && !(isKeyless && origin === anyOrigin)) return origin
    const problem =
      origin === undefined
        ? `${JSON.stringify(text)} in allowedOrigins is no origin. Give a scheme, a host and perhaps a port, such as https://chat.example.com.`
        : 'allowedOrigins has "*", and no client key is asked for: every web page could spend the keys of the providers. List the origins, or give clientKeys.'
    throw new ConfigError('bad-origin', problem, { param: 'server.allowedOrigins' })
  })
}

export function keysRequired(host: string): ConfigError {
  return new ConfigError(
    'client-keys-required',
    `The address ${host} can be reached by others, and whoever reaches this gateway spends its keys. ` +
      'Set `keys` or server.clientKeys (or --client-key), or listen on 127.0.0.1.',
    { param: 'server.host' },
  )
}

export function cannotListen(error: unknown, host: string, port: number): ConfigError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'EADDRINUSE') {
    return new ConfigError(
      'port-in-use',
      `Port ${port} on ${host} is taken by another program. Stop it, or choose another port with --port.`,
      { param: 'server.port', cause: error },
    )
  }
  return new ConfigError('cannot-listen', `Cannot listen on ${host}:${port} (${code}).`, {
    param: 'server.host',
    cause: error,
  })
}
