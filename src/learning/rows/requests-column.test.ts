import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLabelWeights, populationOf } from './label-counts.ts'
import { readPairLabels } from './pair-labels.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'requests-column-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function labelsOf(name: string, text: string) {
  const file = join(folder, name)
  await writeFile(file, text)
  return (await readPairLabels(file, { pair: { strong: 'big', weak: 'small' } })).labels
}

describe('`requests`', () => {
  it.each([
    ['outcomes', 'a.jsonl', '{"prompt":"p","scores":{"big":1,"small":0},"requests":7}'],
    ['outcomes in CSV', 'a.csv', 'prompt,scores.big,scores.small,requests\np,1,0,7'],
    ['outcomes in TSV', 'a.tsv', 'prompt\tscores.big\tscores.small\trequests\np\t1\t0\t7'],
    ['outcomes in JSON', 'a.json', '[{"prompt":"p","scores":{"big":1,"small":0},"requests":7}]'],
    [
      'battles',
      'b.jsonl',
      '{"prompt":"p","model_a":"small","model_b":"big","winner":"model_b","requests":7}',
    ],
    [
      'strong and weak',
      'c.jsonl',
      '{"prompt":"p","strong":"big","weak":"small","winner":"strong","requests":7}',
    ],
    ['preferences', 'd.jsonl', '{"prompt":"p","model_a":"small","model_b":"big","pref_b":1,"requests":7}'],
    [
      'arena',
      'e.jsonl',
      '{"prompt":"[\\"a prompt of more than sixteen\\"]","model_a":"big","model_b":"small","winner_model_a":1,"winner_model_b":0,"winner_tie":0,"requests":7}',
    ],
  ])('is read from %s, and is the weight too', async (_, name, text) => {
    expect(await labelsOf(name, text)).toMatchObject([
      { strongScore: 1, weakScore: 0, requests: 7, weight: 7 },
    ])
  })

  it('is absent if the row has none, and a weight of its own stays', async () => {
    const [plain, weighted] = await labelsOf(
      'f.jsonl',
      '{"prompt":"p","scores":{"big":1,"small":0},"requests":null}\n{"prompt":"q","scores":{"big":1,"small":0},"requests":3,"weight":0.5}\n',
    )
    expect(plain).not.toHaveProperty('requests')
    expect(plain?.weight).toBe(1)
    expect(weighted).toMatchObject({ requests: 3, weight: 0.5 })
  })

  it.each([0, -1, 1.5, '"many"', true])('is not %s', async (requests) => {
    const row = `{"prompt":"p","scores":{"big":1,"small":0},"requests":${requests}}`
    await expect(labelsOf('g.jsonl', row)).rejects.toMatchObject({
      code: 'invalid-row',
      message: expect.stringContaining('line 1 needs a whole number of 1 or more in "requests"'),
    })
  })
})

describe('what labels count as', () => {
  it('is requests if any row says so', () => {
    expect(populationOf([{ weight: 1 }, { weight: 2, requests: 2 }])).toBe('requests')
    expect(populationOf([{ weight: 1 }])).toBe('distinct-prompts')
  })

  it('is refused if weights are not in proportion to it', () => {
    checkLabelWeights([])
    checkLabelWeights([{ weight: 0.1 }, { weight: 0.1 }])
    checkLabelWeights([{ weight: 3, requests: 3 }, { weight: 1 }])
    checkLabelWeights([
      { weight: 0.3, requests: 3 },
      { weight: 0.7, requests: 7 },
    ])
    for (const labels of [
      [{ weight: 1 }, { weight: 2 }],
      [{ weight: 1, requests: 3 }, { weight: 1 }],
    ])
      expect(() => checkLabelWeights(labels)).toThrow(expect.objectContaining({ code: 'weighted-labels' }))
  })
})
