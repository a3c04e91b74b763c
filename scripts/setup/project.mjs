import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** A hash of the names and contents of files; of a folder, every file below it that `wanted` takes. */
export function fingerprint(paths, wanted = () => true) {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of filesBelow(path)) {
      if (wanted(file))
        hash
          .update(`${file}\0`)
          .update(readFileSync(join(project, file)))
          .update('..', '..')
    }
  }
  return hash.digest('hex')
}

/** What a stamp file says; undefined where there is none. */
export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

function filesBelow(path) {
  if (!statSync(join(project, path)).isDirectory()) return [path]
  return readdirSync(join(project, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .sort()
}
