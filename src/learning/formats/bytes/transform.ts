import { pipeline, Readable, type Transform } from 'node:stream'

/** What a stream becomes in a transform. Both are closed if the reader stops early. */
export async function* transform(
  source: AsyncIterable<Uint8Array>,
  stream: Transform,
): AsyncGenerator<Uint8Array> {
  // The pipeline destroys both ends if the reader stops early; the iteration reports its errors.
  const bytes = pipeline(Readable.from(source, { objectMode: false }), stream, () => {})
  try {
    for await (const chunk of bytes) yield chunk
  } finally {
    bytes.destroy()
  }
}
