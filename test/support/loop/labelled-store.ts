import { mkdirSync } from 'node:fs'
import { encodeFeatures } from '../../../src/routing/embedding/builtin/features.ts'
import { isLocalEmbedder } from '../../../src/routing/embedding/embedder.ts'
import { loadEmbedder } from '../../../src/routing/embedding/registry.ts'
import { openDatabase } from '../../../src/store/database/open-database.ts'
import type { FeedbackEntry, RequestEntry } from '../../../src/store/entries/entry.ts'
import { insertEntries } from '../../../src/store/ingest/insert-entries.ts'
import { toParsedRequest } from '../../../src/store/ingest/request-row.ts'
import { storePaths } from '../../../src/store/paths.ts'
import { openTextFiles } from '../../../src/store/texts/text-files.ts'
import { requestEntry } from '../store/entries.ts'
import { type LabelledPrompt, labelledPrompts } from './labelled-traffic.ts'

export type LabelledStoreOptions = {
  readonly strong: string
  readonly weak: string
  /** Milliseconds since 1970: the requests are of the hours before. */
  readonly now: number
  readonly count: number
  readonly seed?: number
  /** Changes a request, and what is said of it. */
  readonly change?: (prompt: LabelledPrompt, index: number) => Partial<RequestEntry>
  readonly feedback?: (prompt: LabelledPrompt, index: number) => Partial<FeedbackEntry>
}

/** A store whose requests have vectors, and feedback that says what both models' answers are worth. */
export async function writeLabelledStore(folder: string, options: LabelledStoreOptions): Promise<void> {
  const { strong, weak, now, count, seed = 1, change = () => ({}), feedback = () => ({}) } = options
  const embedder = await loadEmbedder('builtin', {})
  if (!isLocalEmbedder(embedder)) throw new Error('the built-in embedder is local')
  mkdirSync(folder, { recursive: true })
  const db = await openDatabase(storePaths(folder).database)
  const requests: RequestEntry[] = []
  const said: FeedbackEntry[] = []
  for (const [index, prompt] of labelledPrompts(count, seed).entries()) {
    const id = `r${seed}-${index}`
    const time = now - (count - index) * 30_000
    requests.push(
      requestEntry(id, {
        time,
        model: strong,
        key: null,
        session: `s${seed}-${index}`,
        strongWinRate: 0.5,
        tokens: {
          input: 100,
          cachedInput: 0,
          cacheWriteInput: 0,
          cacheWrite1hInput: 0,
          output: 100 + (index % 7),
        },
        candidates: [strong, weak].map((model) => ({ model, usd: null, score: null, excluded: null })),
        features: encodeFeatures(embedder.embedNow(prompt.prompt)),
        ...change(prompt, index),
      }),
    )
    said.push({
      kind: 'feedback',
      id: `f${seed}-${index}`,
      requestId: id,
      time,
      thumbs: null,
      score: null,
      correction: null,
      scores: { [strong]: prompt.strong, [weak]: prompt.weak },
      key: null,
      ...feedback(prompt, index),
    })
  }
  const parsed = requests.map(toParsedRequest)
  const places = openTextFiles(storePaths(folder).texts).append(parsed)
  await db
    .transaction()
    .execute((trx) =>
      insertEntries(trx, { requests: parsed, amends: [], feedback: said, shadows: [] }, places),
    )
  await db.destroy()
}
