import type { Embedder, LocalEmbedder } from '../../../src/routing/embedding/embedder.ts'

/** How often each of 26 letters stands in a text, and how long it is: quick, and equal texts are near each other. */
export function createLetterEmbedder(): LocalEmbedder {
  const dimensions = 27
  const embedNow = (text: string): Float32Array => {
    const vector = new Float32Array(dimensions)
    for (const character of text.toLowerCase()) {
      const letter = character.charCodeAt(0) - 97
      if (letter >= 0 && letter < 26) vector[letter]!++
    }
    vector[26] = Math.log1p(text.length)
    return vector
  }
  return { id: 'letters@1', dimensions, embedNow, embed: async (texts) => texts.map(embedNow) }
}

/** The same vectors, after a turn of the event loop and only for those who still wait. */
export function createRemoteLetterEmbedder(): Embedder {
  const { id, dimensions, embed } = createLetterEmbedder()
  return {
    id,
    dimensions,
    async embed(texts, signal) {
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
      return embed(texts)
    },
  }
}
