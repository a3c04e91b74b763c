/** Sees the bytes of a reply's body as the caller reads them. */
export type BodyObserver = {
  push(chunk: Uint8Array): void
  /** The body is over, was given up, or broke. Called once. */
  end(): void
}

/**
 * The same response, whose body is observed. A body that the caller does not read is not read, and one that it cancels is
 * cancelled. A response without a stream, as a `fetch` of one's own may return, is returned as it is.
 *
 * @param headers in place of its own.
 */
export function observeResponse(response: Response, headers: Headers, observer: BodyObserver): Response {
  const { body, status, statusText, url, redirected } = response
  if (!(response instanceof Response) || body === null) {
    observer.end()
    return response
  }
  const observed = new Response(observeBody(body, observer), { status, statusText, headers })
  // What the constructor cannot take.
  Object.defineProperties(observed, { url: { value: url }, redirected: { value: redirected } })
  return observed
}

function observeBody(body: ReadableStream<Uint8Array>, observer: BodyObserver): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            observer.end()
            controller.close()
          } else {
            observer.push(value)
            controller.enqueue(value)
          }
        } catch (error) {
          observer.end()
          throw error
        }
      },
      cancel(reason) {
        observer.end()
        return reader.cancel(reason)
      },
    },
    // Nothing is read ahead of the caller.
    { highWaterMark: 0 },
  )
}
