/** Paths below `/v1` that are passed through to the model that the body names; no router chooses there. */
export const passThroughPaths = [
  '/completions',
  '/embeddings',
  '/responses',
  '/moderations',
  '/images/generations',
  '/audio/speech',
] as const

/** Every path that is served, with its method. */
export const endpoints: ReadonlyMap<string, 'GET' | 'POST'> = new Map([
  ['/v1/chat/completions', 'POST'],
  ['/v1/route', 'POST'],
  ...passThroughPaths.map((path) => [`/v1${path}`, 'POST'] as const),
  ['/v1/models', 'GET'],
  ['/health', 'GET'],
  ['/ready', 'GET'],
  ['/metrics', 'GET'],
])
