import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { encodeSafetensors, parseSafetensors } from '../../src/base/artifact/safetensors.ts'
import { loadOnnxEmbedder } from '../../src/routing/embedding/onnx/embedder.ts'
import { promptFromText } from '../../src/routing/prompts/routed-prompt.ts'
import { loadRouter } from '../../src/routing/routers/registry.ts'
import type { ClosableRouter } from '../../src/routing/routers/router.ts'
import { describeWith, requirement } from '../support/requirement.ts'

const texts = [
  'Beweise, dass es unendlich viele Primzahlen gibt.',
  'translate "good morning" into French',
  '写一首关于冬天的诗',
  'naïve café \u0301 \u0000 👩‍👩‍👧‍👦',
  '',
  'word '.repeat(700),
]

describeWith(await requirement('multilingual e5'), 'multilingual-e5-small', (folder) => {
  const places: string[] = []
  afterAll(() => Promise.all(places.map((place) => rm(place, { recursive: true }))))

  async function temporary(): Promise<string> {
    const place = await mkdtemp(join(tmpdir(), 'e5-'))
    places.push(place)
    return place
  }

  async function vectorsOf(name: string, cacheFolder: string): Promise<Float32Array[]> {
    const embedder = await loadOnnxEmbedder(name, { inference: { cacheFolder, computeThreads: 1 } })
    try {
      return await embedder.embed(texts)
    } finally {
      await embedder.close()
    }
  }

  /** A folder whose files hold the first layers and nothing else. */
  async function truncated(layers: number): Promise<string> {
    // Its name says E5, so that the prompt is the same.
    const copy = join(await temporary(), 'e5-cut')
    await cp(folder, copy, { recursive: true, filter: (source) => !source.endsWith('.safetensors') })
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    await rm(join(copy, 'config.json'))
    await writeFile(join(copy, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: layers }))
    const tensors = parseSafetensors(await readFile(join(folder, 'model.safetensors')), folder)
    for (const name of tensors.keys()) {
      const layer = /encoder\.layer\.(\d+)\./.exec(name)?.[1]
      if (layer !== undefined && Number(layer) >= layers) tensors.delete(name)
    }
    await writeFile(join(copy, 'model.safetensors'), encodeSafetensors(tensors))
    return copy
  }

  it('cut after four layers has the vectors of a copy that was truncated, and in 8 bits nearly', async () => {
    const cacheFolder = await temporary()
    const vectors = await vectorsOf(`${folder}#layers=4`, cacheFolder)
    expect(vectors).toEqual(await vectorsOf(await truncated(4), cacheFolder))
    const rounded = await vectorsOf(`${folder}#layers=4,int8`, cacheFolder)
    for (const [index, vector] of vectors.entries()) {
      const product = vector.reduce((sum, number, column) => sum + number * rounded[index]![column]!, 0)
      expect(1 - product).toBeLessThan(0.001)
    }
  }, 60_000)

  it('is the encoder of the router that ships, and another model is not', async () => {
    const inference = { cacheFolder: await temporary(), computeThreads: 1 }
    const load = (encoder: string) =>
      loadRouter(
        { name: 'auto-encoder', kind: 'mf', encoder },
        {
          embedderOptions: {},
          hub: { offline: true },
          inference,
          onWarning: (warning) => expect.unreachable(warning),
        },
      )
    const router = await load(folder)
    const winRate = (text: string) => router.strongWinRate(promptFromText(text))
    for (const text of [
      'Prove that every subgroup of a cyclic group is cyclic.',
      'Warum verklemmt sich mein Programm, wenn zwei Threads dieselben Sperren in anderer Reihenfolge nehmen?',
    ])
      expect(await winRate(text)).toBeGreaterThan(0.5)
    for (const text of [
      'hello!',
      'Traduce "buenos días" al francés.',
      '把这些水果按字母顺序排列：梨、苹果、樱桃',
    ])
      expect(await winRate(text)).toBeLessThan(0.5)
    await (router as Partial<ClosableRouter>).close?.()
    // Its vectors are as long, and are others.
    await expect(load(join(folder, '..', 'all-MiniLM-L6-v2'))).rejects.toMatchObject({
      code: 'embedder-mismatch',
    })
  }, 120_000)
})
