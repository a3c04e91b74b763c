import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Facts, formatFacts, parseFacts } from './facts.ts'

/** A file of facts, which does not change any more. */
export type FactFile = {
  readonly group: number
  /** Of its requests, the first and the last time. */
  readonly from: number
  readonly to: number
  readonly name: string
}

/** The files of facts of one database: what a later start need not take from the database again. */
export type FactFiles = {
  list(): readonly FactFile[]
  /** Null: it cannot be read. */
  read(file: FactFile): Facts | null
  /** A folder that cannot be written to keeps none. */
  write(group: number, facts: Facts): void
  remove(file: FactFile): void
}

/** @param database says which database they are of; those of another one are removed. */
export function openFactFiles(folder: string, database: string): FactFiles {
  const prefix = `${database}.`

  function list(): FactFile[] {
    const files: FactFile[] = []
    for (const name of readNames(folder)) {
      const [, group, from, to] = /^(\d+)\.(-?\d+)\.(-?\d+)\.facts$/.exec(name.slice(prefix.length)) ?? []
      if (name.startsWith(prefix) && group !== undefined)
        files.push({ name, group: Number(group), from: Number(from), to: Number(to) })
      else if (name.endsWith('.facts')) removeFile(name)
    }
    return files
  }

  function removeFile(name: string): void {
    try {
      rmSync(join(folder, name), { force: true })
    } catch {
      // It is only in the way of nobody.
    }
  }

  return {
    list,
    read({ name }) {
      try {
        return parseFacts(readFileSync(join(folder, name)))
      } catch {
        return null
      }
    },
    write(group, facts) {
      const times = facts.time.subarray(0, facts.rows)
      const name = `${prefix}${group}.${times.reduce((a, b) => Math.min(a, b))}.${times.reduce((a, b) => Math.max(a, b))}.facts`
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeFileSync(join(folder, `${name}.new`), formatFacts(facts), { mode: 0o600 })
        renameSync(join(folder, `${name}.new`), join(folder, name))
      } catch {
        // A disk that is full or read-only: they are taken from the database the next time too.
      }
    },
    remove: ({ name }) => removeFile(name),
  }
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
