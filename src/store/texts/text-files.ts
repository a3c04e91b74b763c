import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { EntryText, RequestEntry } from '../entries/entry.ts'
import { type TextPlace, toDay } from '../ingest/request-row.ts'

/**
 * The texts of requests, in a file for each day of UTC: `<day>.jsonl.gz`. Each batch is a block of gzip of its own, so that
 * `zcat` reads the file, and a row refers to the block's offset and the line in it.
 */
export type TextFiles = {
  /** Writes the texts of those that have one. Texts without a row, after a failure, do no harm. */
  append(entries: readonly RequestEntry[]): ReadonlyMap<RequestEntry, TextPlace>
}

export function openTextFiles(folder: string): TextFiles {
  return {
    append(entries) {
      const places = new Map<RequestEntry, TextPlace>()
      const days = new Map<number, RequestEntry[]>()
      for (const entry of entries) {
        if (entry.text === null) continue
        const day = toDay(entry.time)
        const ofDay = days.get(day)
        if (ofDay === undefined) days.set(day, [entry])
        else ofDay.push(entry)
      }
      for (const [day, ofDay] of days) {
        const lines = ofDay.map(({ id, text }) => `${JSON.stringify({ id, ...text })}\n`)
        const block = gzipSync(lines.join(''))
        const offset = appendBlock(folder, day, block)
        for (const [line, entry] of ofDay.entries()) places.set(entry, { offset, bytes: block.length, line })
      }
      return places
    },
  }
}

function appendBlock(folder: string, day: number, block: Buffer): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = openSync(textFile(folder, day), 'a', 0o600)
  try {
    const offset = fstatSync(file).size
    let at = 0
    while (at < block.length) at += writeSync(file, block, at, block.length - at)
    return offset
  } finally {
    closeSync(file)
  }
}

/**
 * The text of a request.
 *
 * @throws the error of the file system, or of zlib, if its file is gone or damaged.
 */
export function readText(folder: string, day: number, { offset, bytes, line }: TextPlace): EntryText {
  const file = openSync(textFile(folder, day), 'r')
  try {
    const block = Buffer.alloc(bytes)
    readSync(file, block, 0, bytes, offset)
    const text = gunzipSync(block).toString('utf8').split('\n')[line] ?? ''
    return JSON.parse(text) as EntryText
  } finally {
    closeSync(file)
  }
}

/** Removes the files of days before `day`. */
export function removeTextsBefore(folder: string, day: number): void {
  for (const name of readNames(folder)) {
    const found = /^(\d{4}-\d\d-\d\d)\.jsonl\.gz$/.exec(name)
    if (found !== null && toDay(Date.parse(`${found[1]}T00:00:00Z`)) < day)
      rmSync(join(folder, name), { force: true })
  }
}

function textFile(folder: string, day: number): string {
  return join(folder, `${new Date(day * 86_400_000).toISOString().slice(0, 10)}.jsonl.gz`)
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
