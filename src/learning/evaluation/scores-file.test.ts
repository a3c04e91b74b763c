import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readWinRates, winRatesFromScores } from './scores-file.ts'

const rows = ['a', 'b', 'a'].map((prompt) => ({ prompt, strongScore: 100, weakScore: 0 }))
const scored = (prompt: string, strongWinRate: number) => ({ prompt, strongWinRate })

it('finds win rates by prompt, ignoring extras and equal repeats', () => {
  const scores = [scored('z', 1), scored('b', 0.2), scored('a', 0.7), scored('a', 0.7)]
  expect([...winRatesFromScores(rows, scores, 's.jsonl')]).toEqual([0.7, 0.2, 0.7])
})

it('refuses prompts that disagree or are missing', () => {
  expect(() => winRatesFromScores(rows, [scored('a', 0.1), scored('a', 0.2)], 's.jsonl')).toThrow(
    /s\.jsonl gives the prompt "a" two win rates, 0\.1 and 0\.2/,
  )
  expect(() => winRatesFromScores(rows, [scored('a', 0.1)], 's.jsonl')).toThrow(
    /no win rate for 1 of 3 benchmark prompts; the first is "b"/,
  )
})

it('reads what `routellm score` writes, and names a line that is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'routellm-scores-'))
  try {
    const file = join(folder, 's.jsonl')
    await writeFile(file, '{"strongWinRate":0.5,"prompt":"a","id":7}\n{"prompt":"b","strongWinRate":0.25}\n')
    expect([...(await readWinRates(rows, file))]).toEqual([0.5, 0.25, 0.5])
    for (const bad of [
      '{"prompt":"b"}',
      '{"prompt":"b","strongWinRate":"x"}',
      '{"prompt":"b","strongWinRate":null}',
    ]) {
      await writeFile(file, `{"strongWinRate":0.5,"prompt":"a"}\n${bad}\n`)
      await expect(readWinRates(rows, file)).rejects.toThrow(/s\.jsonl line 2 is not \{"prompt"/)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
