import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { putInPlace } from '../../base/files/atomic-file.ts'
import { readRegularFile } from '../../base/files/read-file.ts'

/** Everything that win rates depend on. If nothing of it changes, they are not computed again. */
export type ScoreIdentity = {
  /** A hash of the router's weights and options, and the version of the code that reads them. */
  readonly router: string
  /** Id of the embedder with its endpoint and options. Empty if the router has none. */
  readonly embedder: string
  /** In order. */
  readonly prompts: readonly string[]
}

/** Cached win rates by `scoreKey`. */
export type ScoreCache = {
  /** Undefined if they are missing or damaged. */
  read(key: string, count: number): Promise<Float64Array | undefined>
  /** Writes the entry completely or not at all. Rejects if the folder cannot be written. */
  write(key: string, winRates: Float64Array): Promise<void>
}

/**
 * A SHA-256 in hex over every part as JSON. The quotes delimit the parts, so that different identities have different
 * keys.
 */
export function scoreKey({ router, embedder, prompts }: ScoreIdentity): string {
  const hash = createHash('sha256')
  for (const part of [router, embedder, ...prompts]) hash.update(JSON.stringify(part))
  return hash.digest('hex')
}

const extension = '.scores'
const hashBytes = 32
/** An entry of MMLU has 110 kB, so this is at most 30 MB. The oldest entries are deleted first. */
const entriesKept = 256

/**
 * A cache of one file for each key: the SHA-256 of the values, then the values as little-endian float64. A file that is
 * cut, changed or of another length counts as missing.
 */
export function createScoreCache(folder: string, options: { readonly maxEntries?: number } = {}): ScoreCache {
  const { maxEntries = entriesKept } = options
  return {
    async read(key, count) {
      const bytes = await readRegularFile(join(folder, `${key}${extension}`)).catch(() => undefined)
      if (bytes === undefined || bytes.length !== hashBytes + 8 * count) return undefined
      const values = bytes.subarray(hashBytes)
      if (!bytes.subarray(0, hashBytes).equals(sha256(values))) return undefined
      return Float64Array.from({ length: count }, (_, row) => values.readDoubleLE(8 * row))
    },
    async write(key, winRates) {
      const values = Buffer.alloc(8 * winRates.length)
      winRates.forEach((winRate, row) => {
        values.writeDoubleLE(winRate, 8 * row)
      })
      await mkdir(folder, { recursive: true })
      await putInPlace(join(folder, `${key}${extension}`), (temporary) =>
        writeFile(temporary, Buffer.concat([sha256(values), values])),
      )
      await dropOldest(folder, maxEntries)
    },
  }
}

async function dropOldest(folder: string, kept: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(extension))
  if (names.length <= kept) return
  const dated = await Promise.all(
    names.map(async (name) => ({
      name,
      // Another process may have deleted it in the meantime.
      written: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  )
  dated.sort((one, other) => other.written - one.written)
  await Promise.all(dated.slice(kept).map(({ name }) => rm(join(folder, name), { force: true })))
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
