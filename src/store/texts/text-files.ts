import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { EntryText } from '../entries/entry.ts'
import type { ParsedRequest } from '../entries/parse-entry.ts'
import { columnAt, toDay } from '../entries/request-columns.ts'

/** Where a text was written: a block of the file of its day, and a line in it. */
export type TextPlace = { readonly offset: number; readonly bytes: number; readonly line: number }

/**
 * The texts of requests, in a file for each day of UTC: `<day>.jsonl.gz`. Each batch is a block of gzip of its own, so that
 * `zcat` reads the file, and a row refers to the block's offset and the line in it.
 */
export type TextFiles = {
  /** Writes the texts of those that have one. Texts without a row, after a failure, do no harm. */
  append(requests: readonly ParsedRequest[]): ReadonlyMap<ParsedRequest, TextPlace>
}

export function openTextFiles(folder: string): TextFiles {
  return {
    append(requests) {
      const places = new Map<ParsedRequest, TextPlace>()
      const days = new Map<number, ParsedRequest[]>()
      for (const request of requests) {
        if (request.text === null) continue
        const day = request.values[columnAt.day] as number
        const ofDay = days.get(day)
        if (ofDay === undefined) days.set(day, [request])
        else ofDay.push(request)
      }
      for (const [day, ofDay] of days) {
        // The text is an object: the id becomes its first member.
        const lines = ofDay.map(
          ({ values, text }) => `{"id":${JSON.stringify(values[columnAt.id])},${text!.slice(1)}\n`,
        )
        const block = gzipSync(lines.join(''))
        const offset = appendBlock(folder, day, block)
        for (const [line, request] of ofDay.entries())
          places.set(request, { offset, bytes: block.length, line })
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
export function readText(folder: string, day: number, place: TextPlace): EntryText {
  return parseLine(readBlock(folder, day, place), place)
}

/** Reads texts as `readText` does, and the blocks of neighbouring requests once. */
export function createTextReader(folder: string): (day: number, place: TextPlace) => EntryText {
  const blocks = new Map<string, readonly string[]>()
  return (day, place) => {
    const key = `${day} ${place.offset}`
    const lines = blocks.get(key) ?? readBlock(folder, day, place)
    if (!blocks.has(key)) {
      if (blocks.size === keptBlocks) blocks.delete(blocks.keys().next().value!)
      blocks.set(key, lines)
    }
    return parseLine(lines, place)
  }
}

/** Requests that end at about the same time may be in either of two blocks. */
const keptBlocks = 4

function readBlock(folder: string, day: number, { offset, bytes }: TextPlace): readonly string[] {
  const file = openSync(textFile(folder, day), 'r')
  try {
    const block = Buffer.alloc(bytes)
    readSync(file, block, 0, bytes, offset)
    return gunzipSync(block).toString('utf8').split('\n')
  } finally {
    closeSync(file)
  }
}

function parseLine(lines: readonly string[], { line }: TextPlace): EntryText {
  return JSON.parse(lines[line] ?? '') as EntryText
}

/** Removes the files of days before `day`. */
export function removeTextsBefore(folder: string, day: number): void {
  for (const each of listTextDays(folder)) if (each < day) rmSync(textFile(folder, each), { force: true })
}

/** The days that have a file, in no order. */
export function listTextDays(folder: string): number[] {
  return readNames(folder).flatMap((name) => {
    const found = /^(\d{4}-\d\d-\d\d)\.jsonl\.gz$/.exec(name)
    return found === null ? [] : [toDay(Date.parse(`${found[1]}T00:00:00Z`))]
  })
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
