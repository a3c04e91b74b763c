/** What the administration API answers if something is wrong. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}

/** Called if the session has ended. */
let onSignedOut: () => void = () => {}

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

/** @param path below `/admin/api`. @throws ApiError, also if the server cannot be reached (status 0); the reason of an abort. */
export async function requestJson<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await requestPlain(path, init)
  return (response.status === 204 ? null : await response.json()) as Answer
}

/** The response with its body unread. @throws as `requestJson` does. */
export async function requestPlain(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`/admin/api${path}`, init).catch((error: unknown) => {
    // Browsers name a connection that failed in many ways: "Failed to fetch" is one.
    if (error instanceof TypeError) throw unreachable()
    throw error
  })
  if (response.ok) return response
  const body = (await response.json().catch(() => null)) as {
    error?: { code?: string; message?: string }
  } | null
  // A model's provider may answer 401 too, through the playground.
  if (response.status === 401 && body?.error?.code === 'admin_token_required') onSignedOut()
  throw new ApiError(
    response.status,
    body?.error?.code ?? 'unknown',
    body?.error?.message ?? `The server answered ${response.status}.`,
  )
}

function unreachable(): ApiError {
  return new ApiError(
    0,
    'unreachable',
    'There is no connection to the server. Is `routellm serve` still running?',
  )
}

export function postJson<Answer>(path: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
  return requestJson<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  })
}
