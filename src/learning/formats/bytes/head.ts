/** The first bytes of a stream, and the whole stream with these bytes in front. */
export type WithHead = {
  readonly head: Uint8Array
  readonly chunks: AsyncGenerator<Uint8Array>
  /** Closes the stream if `chunks` is not read. */
  close(): Promise<void>
}

/**
 * Reads at least `bytes` of a stream, or all of it, so that its format can be recognised before it is read. The stream
 * is opened once, so a pipe works. An error of the stream is thrown by `chunks`, after what came before it.
 */
export async function readHead(source: AsyncIterable<Uint8Array>, bytes: number): Promise<WithHead> {
  const iterator = source[Symbol.asyncIterator]()
  const read: Uint8Array[] = []
  let length = 0
  let failure: { readonly error: unknown } | undefined
  try {
    while (length < bytes) {
      const next = await iterator.next()
      if (next.done === true) break
      read.push(next.value)
      length += next.value.length
    }
  } catch (error) {
    failure = { error }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* read.splice(0)
      if (failure !== undefined) throw failure.error
      for (;;) {
        const next = await iterator.next()
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return {
    head: read.length === 1 ? read[0]! : Buffer.concat(read),
    chunks: chunks(),
    async close() {
      await iterator.return?.()
    },
  }
}
