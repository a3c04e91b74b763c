import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'

export type WatchTiming = {
  /** Every so often a file's time is read: this works on every file system, and through renames and symbolic links. */
  readonly intervalMs: number
  /** Whoever writes several files is given time to finish. */
  readonly settledMs: number
}

const usual: WatchTiming = { intervalMs: 1000, settledMs: 500 }
/** File systems round their times down, Linux to 4 ms. */
const clockMs = 20

/** Watches a changing set of files. */
export type FileWatch = {
  /**
   * The files to watch from now on; they need not exist. One that was changed since `readAt` is reported as changed.
   *
   * @param readAt when the reading of these files began, in ms since 1970. What changes while they are read, or between
   *   that and this call, would be missed without it.
   * @param optional those of them whose removal is a change too.
   */
  set(files: readonly string[], readAt: number, optional?: readonly string[]): void
  close(): void
}

/** What changes when a file is written or replaced. One that is not there has zeros. */
type Seen = { readonly mtimeMs: number; readonly ino: number }

const absent = { mtimeMs: 0, ctimeMs: 0, ino: 0 }

/** A file that may not be read is as one that is not there: reading it says why. */
function lookNow(file: string): Seen & { readonly ctimeMs: number } {
  try {
    return statSync(file)
  } catch {
    return absent
  }
}

/** @param onChange is called once the files have not changed for `settledMs` after a change. */
export function createFileWatch(onChange: () => void, { intervalMs, settledMs } = usual): FileWatch {
  const watched = new Map<string, Seen>()
  let removable: readonly string[] = []
  let settling: NodeJS.Timeout | undefined
  let isLooking = false

  function settle(): void {
    clearTimeout(settling)
    settling = setTimeout(onChange, settledMs)
  }

  function compare(file: string, now: Seen): void {
    const before = watched.get(file)
    if (before === undefined || (now.mtimeMs === before.mtimeMs && now.ino === before.ino)) return
    // A file that is gone for a moment is being replaced; the old settings stay until there is a new one.
    if (now.mtimeMs === 0 && !removable.includes(file)) return
    watched.set(file, now)
    settle()
  }

  async function look(): Promise<void> {
    if (isLooking) return // a slow file system is not asked twice
    isLooking = true
    for (const file of watched.keys()) compare(file, await stat(file).catch(() => absent))
    isLooking = false
  }

  const polling = setInterval(() => void look(), intervalMs).unref()

  return {
    set(files, readAt, optional = []) {
      removable = optional
      for (const file of watched.keys()) if (!files.includes(file)) watched.delete(file)
      for (const file of files) {
        if (watched.has(file)) continue
        const now = lookNow(file)
        watched.set(file, now)
        // The second time shows a file that was moved to this place with its old time.
        if (Math.max(now.mtimeMs, now.ctimeMs) >= readAt - clockMs) settle()
      }
    },
    close() {
      clearTimeout(settling)
      clearInterval(polling)
      watched.clear()
    },
  }
}
