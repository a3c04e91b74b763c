import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { normalizedText } from '../../src/base/text/text-identity.ts'
import { describeWith, requirement } from '../../test/support/requirement.ts'
import { type EverydayPrompt, kindsOfWork, languages, readEverydayCorpus } from './corpus.ts'

describe('the corpus of everyday prompts', () => {
  let rows: readonly EverydayPrompt[] = []

  beforeAll(async () => {
    rows = await readEverydayCorpus()
  })

  const count = (of: (row: EverydayPrompt) => boolean): number => rows.filter(of).length
  /** In code units of a Latin text: Chinese, Japanese and Korean say as much in a third. */
  const lengthOf = ({ prompt, language }: EverydayPrompt): number =>
    prompt.length * (['zh', 'ja', 'ko'].includes(language) ? 3 : 1)

  it('has at least 4,000 prompts, and every kind of work in every language', () => {
    expect(rows.length).toBeGreaterThanOrEqual(4000)
    for (const language of languages) {
      for (const kind of kindsOfWork) {
        const cell = count((row) => row.language === language && row.kind === kind)
        expect(cell, `${language}, ${kind}`).toBeGreaterThanOrEqual(5)
      }
    }
  })

  it('has no prompt twice, whatever its case and spaces', () => {
    const texts = rows.map(({ prompt }) => normalizedText(prompt))
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([])
  })

  it('has as many prompts for the strong model as for the weak one, in every language and of every length', () => {
    for (const language of languages) {
      const strong = count((row) => row.language === language && row.needs === 'strong')
      expect(strong / count((row) => row.language === language), language).toBeCloseTo(0.5, 1)
    }
    for (const [from, to] of [
      [0, 80],
      [80, 250],
      [250, 600],
      [600, 5000],
    ] as const) {
      const isOfLength = (row: EverydayPrompt) => lengthOf(row) >= from && lengthOf(row) < to
      const strong = count((row) => isOfLength(row) && row.needs === 'strong')
      expect(Math.abs(strong / count(isOfLength) - 0.5), `${from} to ${to} characters`).toBeLessThan(0.07)
    }
  })

  it('gives nothing away by digits, code or question marks', () => {
    for (const cue of [/\d/, /[{};]|```|\(\)/, /[?？؟]/]) {
      const share = (needs: string) =>
        count((row) => row.needs === needs && cue.test(row.prompt)) / count((row) => row.needs === needs)
      expect(Math.abs(share('strong') - share('weak')), `${cue}`).toBeLessThan(0.08)
    }
  })
})

describeWith(
  await requirement('hand-written prompts'),
  'the corpus beside the hand-written test prompts',
  (file) => {
    it('has none of them', async () => {
      const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean)
      const tests = new Set(lines.map((line) => normalizedText(JSON.parse(line).prompt)))
      expect(tests.size).toBeGreaterThan(20)
      const rows = await readEverydayCorpus()
      expect(rows.filter(({ prompt }) => tests.has(normalizedText(prompt)))).toEqual([])
    })
  },
)
