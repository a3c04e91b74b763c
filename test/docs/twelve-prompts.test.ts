import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEverydayCorpus } from '../../recipes/everyday/corpus.ts'
import { twelvePromptsMarkdown } from '../../scripts/docs/measured/twelve-prompts.mjs'
import { project } from '../support/run-program.ts'

type AskedPrompt = { readonly prompt: string; readonly needs: 'strong' | 'weak'; readonly language: string }

const read = (path: string) => readFileSync(join(project, 'benchmarks', path), 'utf8')
const prompts: AskedPrompt[] = read('everyday/other-routers/prompts.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const measured = JSON.parse(read('results/other-routers.json'))

/** Letters and digits in lower case, in pieces of 24: equal ideas in other words pass, equal wording does not. */
function pieces(text: string): Set<string> {
  const plain = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')
  const starts = Math.max(1, plain.length - 23)
  return new Set(Array.from({ length: starts }, (_, start) => plain.slice(start, start + 24)))
}

describe('the twelve prompts', () => {
  it('are six that need the strong model and six that do not, of no one length, in six languages or more', () => {
    const lengths = (side: string) =>
      prompts.filter(({ needs }) => needs === side).map(({ prompt }) => prompt.length)
    expect([lengths('strong').length, lengths('weak').length]).toEqual([6, 6])
    expect(Math.max(...lengths('weak'))).toBeGreaterThan(Math.max(...lengths('strong')))
    expect(new Set(prompts.map(({ language }) => language)).size).toBeGreaterThanOrEqual(6)
  })

  it('are not in the corpus that the built-in router was trained on', async () => {
    const asked = prompts.map(({ prompt }) => pieces(prompt))
    const repeated = (await readEverydayCorpus()).filter(({ prompt }) => {
      const own = pieces(prompt)
      return asked.some((other) => [...other].filter((piece) => own.has(piece)).length > 3)
    })
    expect(repeated).toEqual([])
  })

  it('are those that the other routers were asked', () => {
    expect(measured.prompts).toEqual(prompts)
    for (const { decisions, version } of measured.routers) {
      expect(decisions).toHaveLength(prompts.length)
      expect(version).toMatch(/^\d/)
    }
  })

  it('are shown with the kind of work, what is right and wrong, and the pairs that are in order', async () => {
    const two = [
      { prompt: 'Prove a | b', needs: 'strong' },
      { prompt: 'Hi', needs: 'weak' },
    ]
    const decisions = [
      {
        model: 'strong',
        strongWinRate: 0.7,
        threshold: 0.25,
        task: 'proof',
        explanation: { summary: 'a proof' },
      },
      { model: 'strong', strongWinRate: 0.3, threshold: 0.25, task: null, explanation: { summary: 'short' } },
    ]
    const modules: Record<string, object> = {
      'config/parse-config': { demoConfig: () => ({}) },
      'gateway/build-gateway': {
        buildGateway: async () => ({
          explain: async ({ prompt }: { prompt: string }) =>
            decisions[two.findIndex((one) => one.prompt === prompt)],
          close: async () => undefined,
        }),
      },
      'routing/routers/registry': { loadRouter: async () => ({ strongWinRate: () => 0.5 }) },
      'routing/policies/pair/threshold': { findThreshold: () => 0.6 },
    }
    const written = await twelvePromptsMarkdown(
      async (path) => modules[path],
      {
        when: '2026-11-29',
        prompts: two,
        routers: [
          {
            title: 'Other',
            package: 'other',
            version: '1.2.3',
            registry: 'npm',
            called: '`ask()`',
            decisions: [
              { said: 'LOW', order: 0 },
              { said: 'HIGH', order: 1 },
            ],
          },
        ],
      },
      {
        commit: 'c0ffee0',
        threshold: 0.25,
        sets: {
          twelve_prompts: { numbers: Buffer.from(new Float32Array([0.2, 0.2]).buffer).toString('base64') },
        },
      },
    )
    expect(written).toContain('| 1 | Prove a \\| b | strong | proof | 0.70 | strong | a proof |')
    expect(written).toContain('| 2 | Hi | weak | — | 0.30 | **strong** | short |')
    expect(written).toContain(
      '| 1 | strong | strong (0.70) | weak (0.50) | weak (0.50) | weak (0.20) | LOW |',
    )
    expect(written).toMatch(/\| pairs in the right order, of 36 \| {2}\| 1 \| 0\.5 \| 0\.5 \| 0\.5 \| 0 \|/)
    expect(written).toContain('- Other (`other` 1.2.3, npm): `ask()`.')
  })
})
