import { type StatsListener, unwatchFile, watchFile } from 'node:fs'

/** Every so often a file's time is read: this works on every file system, and through renames and symbolic links. */
const intervalMs = 1000
/** Whoever writes several files is given time to finish. */
const settledMs = 500

/** Watches a changing set of files. */
export type FileWatch = {
  /**
   * The files to watch from now on; they need not exist.
   *
   * @param optional those of them whose removal is a change too.
   */
  set(files: readonly string[], optional?: readonly string[]): void
  close(): void
}

/** @param onChange is called once the files have not changed for half a second after a change. */
export function createFileWatch(onChange: () => void): FileWatch {
  const watched = new Map<string, StatsListener>()
  let removable: readonly string[] = []
  let settling: NodeJS.Timeout | undefined

  function stop(file: string): void {
    const listener = watched.get(file)
    if (listener !== undefined) unwatchFile(file, listener)
    watched.delete(file)
  }

  return {
    set(files, optional = []) {
      removable = optional
      for (const file of [...watched.keys()]) if (!files.includes(file)) stop(file)
      for (const file of files) {
        if (watched.has(file)) continue
        const listener: StatsListener = (now, before) => {
          if (now.mtimeMs === before.mtimeMs && now.ino === before.ino) return
          // A file that is gone for a moment is being replaced; the old settings stay until there is a new one.
          if (now.mtimeMs === 0 && !removable.includes(file)) return
          clearTimeout(settling)
          settling = setTimeout(onChange, settledMs)
        }
        watched.set(file, listener)
        watchFile(file, { interval: intervalMs, persistent: false }, listener)
      }
    },
    close() {
      clearTimeout(settling)
      for (const file of [...watched.keys()]) stop(file)
    },
  }
}
