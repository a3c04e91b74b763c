const statuses: Readonly<Record<number, string>> = {
  400: 'the request was refused',
  401: 'no valid key',
  402: 'no credit at the provider',
  403: 'not allowed',
  404: 'not found',
  408: 'the client was too slow',
  413: 'the request was too large',
  422: 'the request was refused',
  429: 'too many requests or no budget left',
  499: 'the client left',
  500: 'an error of the server',
  502: 'no whole answer of the provider',
  503: 'not available',
  504: 'the provider was too late',
  529: 'the provider was overloaded',
}

/** `503, not available` */
export function describeStatus(status: number): string {
  const words = statuses[status]
  return words === undefined ? String(status) : `${status}, ${words}`
}
