import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { loadRouterArtifact } from '../../../src/base/artifact/load.ts'
import { float32Of } from '../../../src/base/artifact/safetensors.ts'
import { createRandom } from '../../../src/base/math/random.ts'

const dist = new URL('../../../dist/', import.meta.url)
const kills = 60

/** Saves artifacts of about 1 MB whose numbers all equal the seed, counting up until it is killed. */
const saver = `
  import { float32Tensor } from '${new URL('base/artifact/safetensors.js', dist)}'
  import { saveRouterArtifact } from '${new URL('base/artifact/save.js', dist)}'
  const [folder, first] = process.argv.slice(1)
  for (let seed = Number(first); ; seed++) {
    await saveRouterArtifact(folder, {
      manifest: {
        formatVersion: 1, kind: 'mf', name: 'mine', embedder: { id: 'external', dimensions: 3 },
        pair: { strong: 'a', weak: 'b' }, models: ['a', 'b'], data: [], seed, options: {}, metrics: {},
        created: '2024-01-01',
      },
      tensors: new Map([['w', float32Tensor(new Float32Array(250_000).fill(seed), [250_000])]]),
    })
    process.stdout.write('saved ' + seed + '\\n')
  }
`

it(`an artifact survives ${kills} kills at random moments of its saves`, async () => {
  const place = await mkdtemp(join(tmpdir(), 'artifact-kill-'))
  const folder = join(place, 'mine')
  const random = createRandom(7)
  let seed = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', saver, folder, `${seed + 1}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const exited = once(child, 'exit')
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      await Promise.race([once(child.stdout, 'data'), exited])
      await wait(random.next() * 60)
      child.kill('SIGKILL')
      await exited
      const acknowledged = Math.max(...[...said.matchAll(/saved (\d+)\n/g)].map((match) => Number(match[1])))
      const { manifest, tensors } = await loadRouterArtifact(folder)
      expect(manifest.seed).toBeGreaterThanOrEqual(acknowledged)
      expect(manifest.seed).toBeLessThanOrEqual(acknowledged + 1)
      const numbers = float32Of(tensors.get('w')!, 'w')
      expect(numbers.every((number) => number === manifest.seed)).toBe(true)
      seed = manifest.seed
    }
    // Each save sweeps up after the killed ones before it; only the last kill's leavings may still be there.
    expect((await readdir(place)).filter((name) => name.includes('saving')).length).toBeLessThanOrEqual(1)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})
