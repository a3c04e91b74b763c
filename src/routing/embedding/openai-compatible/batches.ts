/** The texts in order, at most `count` and `characters` UTF-16 units per batch; a longer text is alone in its batch. */
export function* batchesOf(
  texts: readonly string[],
  count: number,
  characters: number,
): Generator<readonly string[]> {
  let batch: string[] = []
  let length = 0
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === count || length + text.length > characters)) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(text)
    length += text.length
  }
  if (batch.length > 0) yield batch
}
