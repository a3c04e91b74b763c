import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../run-program.ts'
import type { FuzzInput } from './seeds.ts'

/** An input that took a way of its own through the readers, with what was read. */
export type KeptInput = FuzzInput & { readonly read: string }

const file = join(project, 'test', 'golden', 'fuzz', 'corpus.jsonl')

export function readCorpus(): KeptInput[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const { base64, ...rest } = JSON.parse(line)
    return { ...rest, bytes: Buffer.from(base64, 'base64') }
  })
}

export function writeCorpus(inputs: readonly KeptInput[]): void {
  const lines = inputs.map(({ bytes, ...rest }) =>
    JSON.stringify({ ...rest, base64: bytes.toString('base64') }),
  )
  writeFileSync(file, `${lines.join('\n')}\n`)
}
