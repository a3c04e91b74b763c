/** Of a request to the administration API. */
const mostBytes = 1 << 20

/** @throws Error with a sentence for a person if the body is longer than the API takes. */
export function checkSize(body: object): void {
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length
  if (bytes <= mostBytes) return
  throw new Error(
    `The request has ${bytes.toLocaleString('en')} bytes; the playground takes at most ${mostBytes.toLocaleString('en')}. POST /v1/route and /v1/chat/completions take more.`,
  )
}
