/** Texts that one caller waits for. */
export type Job = {
  readonly texts: readonly string[]
  /** Indices of texts that no thread has taken yet, the longest first. */
  readonly rest: number[]
  /** By the index of the text. */
  readonly rows: Float32Array[]
  /** Texts that are still to be computed, whether taken or not. */
  missing: number
  /** Nobody waits any more. */
  abandoned: boolean
  resolve(rows: Float32Array[]): void
  reject(reason: unknown): void
}

/** One text of a job. */
export type Item = { readonly job: Job; readonly index: number }

export function createJob(texts: readonly string[], settle: Pick<Job, 'resolve' | 'reject'>): Job {
  return {
    texts,
    rest: [...texts.keys()].sort((a, b) => texts[b]!.length - texts[a]!.length || b - a),
    rows: new Array(texts.length),
    missing: texts.length,
    abandoned: false,
    ...settle,
  }
}

/** Stores a text's result, and resolves the job when all are there. */
export function finish({ job, index }: Item, row: Float32Array): void {
  job.rows[index] = row
  job.missing--
  if (job.missing === 0 && !job.abandoned) job.resolve(job.rows)
}

/** As `microBatches` does by tokens: texts within this ratio of the longest go together. */
const likeLength = 0.5

/**
 * Takes texts of like length out of the queue for one run: those of the job that waits longest, filled up from the
 * jobs behind it. A job with more texts goes to the end of the queue.
 *
 * @param maxUnits UTF-16 units of a run, each text counted as long as the longest; one text is always taken.
 */
export function takeGroup(queue: Job[], maxUnits: number): Item[] {
  const [first] = queue
  if (first === undefined) return []
  const group: Item[] = []
  let longest = 0
  let least = 0
  for (const job of queue) {
    while (job.rest.length > 0) {
      const index = job.rest.at(-1)!
      const units = Math.max(job.texts[index]!.length, 1)
      const wouldBeLongest = Math.max(longest, units)
      const wouldBeLeast = group.length === 0 ? units : Math.min(least, units)
      const fits =
        (group.length + 1) * wouldBeLongest <= maxUnits && wouldBeLeast >= likeLength * wouldBeLongest
      if (group.length > 0 && !fits) break
      job.rest.pop()
      group.push({ job, index })
      longest = wouldBeLongest
      least = wouldBeLeast
    }
  }
  const waiting = queue.filter((job) => job.rest.length > 0)
  queue.splice(0, queue.length, ...(first.rest.length > 0 ? [...waiting.slice(1), first] : waiting))
  return group
}
