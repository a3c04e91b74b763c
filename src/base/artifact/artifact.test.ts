import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ArtifactError } from '../../errors.ts'
import { loadRouterArtifact, loadRouterManifest } from './load.ts'
import { expiryWarning, parseManifest } from './manifest.ts'
import type { RouterArtifact } from './router-artifact.ts'
import { encodeSafetensors, float32Of, float32Tensor } from './safetensors.ts'
import { saveRouterArtifact } from './save.ts'

const sample: RouterArtifact = {
  manifest: {
    formatVersion: 1,
    kind: 'mf',
    name: 'as-trained',
    embedder: { id: 'builtin@1', dimensions: 3 },
    pair: { strong: 'big', weak: 'small' },
    models: ['small', 'big'],
    data: [{ name: 'battles', sha256: 'a'.repeat(64), licence: 'CC-BY-4.0', rows: 100 }],
    seed: 7,
    options: { epochs: 10, shuffle: true, loss: 'logistic' },
    metrics: { validationLoss: 0.61 },
    calibration: { prompts: 50, winRateQuantiles: [0.1, 0.5, 0.5, 0.9] },
    created: '2024-06-26T00:00:00Z',
  },
  tensors: new Map([['w', float32Tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])]]),
}

let place: string
let folder: string

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'artifact-'))
  folder = join(place, 'my-router')
})

afterEach(() => rm(place, { recursive: true, force: true }))

/** `router.json` with fields replaced; `undefined` leaves one out. */
const manifestWith = (changes: object) => JSON.parse(JSON.stringify({ ...sample.manifest, ...changes }))

describe('a saved artifact', () => {
  it('loads again, named by its folder', async () => {
    await saveRouterArtifact(folder, sample)
    const loaded = await loadRouterArtifact(folder)
    expect(loaded.manifest).toEqual({ ...sample.manifest, name: 'my-router' })
    expect(loaded.tensors).toEqual(sample.tensors)
    expect(await loadRouterManifest(`${folder}/`)).toEqual(loaded.manifest)
  })

  it('is two files, with equal bytes for an equal artifact', async () => {
    await saveRouterArtifact(folder, sample)
    await saveRouterArtifact(`${folder}-2`, { ...sample, tensors: new Map(sample.tensors) })
    expect(await readdir(folder)).toEqual(['router.json', 'weights.safetensors'])
    for (const file of await readdir(folder))
      expect(await readFile(join(folder, file))).toEqual(await readFile(join(`${folder}-2`, file)))
  })

  it('takes further files along, and replaces those of before', async () => {
    await saveRouterArtifact(folder, sample, new Map([['loss.svg', 'old']]))
    await writeFile(join(folder, 'README.md'), 'mine')
    await saveRouterArtifact(folder, sample, new Map([['loss.svg', 'new']]))
    expect(await readdir(folder)).toEqual(['README.md', 'loss.svg', 'router.json', 'weights.safetensors'])
    expect(await readFile(join(folder, 'loss.svg'), 'utf8')).toBe('new')
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('mine')
  })

  it('makes the folders above it', async () => {
    await saveRouterArtifact(join(place, 'a', 'b'), sample)
    expect((await loadRouterArtifact(join(place, 'a', 'b'))).manifest.name).toBe('b')
  })
})

describe('a broken artifact', () => {
  type Breakage = () => Promise<unknown>
  const file = (name: string) => join(folder, name)
  const write =
    (name: string, content: string | Uint8Array): Breakage =>
    () =>
      writeFile(file(name), content)
  const manifest = (changes: object): Breakage => write('router.json', JSON.stringify(manifestWith(changes)))
  const numbers = (...values: number[]) =>
    encodeSafetensors(new Map([['w', float32Tensor(Float32Array.from(values), [values.length])]]))
  const calibration = (winRateQuantiles: unknown, prompts: unknown = 5) =>
    manifest({ calibration: { prompts, winRateQuantiles } })
  const embedder = (changes: object) => manifest({ embedder: { ...sample.manifest.embedder, ...changes } })
  const source = (changes: object) => manifest({ data: [{ ...sample.manifest.data[0], ...changes }] })

  // what is broken | how | the code of its error | what its message says, beside the folder
  it.each<[string, Breakage, string, RegExp]>([
    [
      'no folder',
      () => rm(folder, { recursive: true }),
      'artifact-not-found',
      /no such folder.*train one with/,
    ],
    [
      'a file for a folder',
      () => rm(folder, { recursive: true }).then(() => writeFile(folder, '')),
      'artifact-not-a-folder',
      /is a file.*name that folder/,
    ],
    [
      'no router.json',
      () => rm(file('router.json')),
      'artifact-file-missing',
      /has no router.json.*Check the path/,
    ],
    [
      'no weights',
      () => rm(file('weights.safetensors')),
      'artifact-file-missing',
      /has no weights.safetensors/,
    ],
    [
      'a folder for weights',
      () => rm(file('weights.safetensors')).then(() => mkdir(file('weights.safetensors'))),
      'artifact-unreadable',
      /cannot be read: it is not a regular file/,
    ],
    ['an empty router.json', write('router.json', ''), 'manifest-invalid', /not JSON.*Mend the file/],
    ['a router.json cut short', write('router.json', '{"formatVersion": 1,'), 'manifest-invalid', /not JSON/],
    [
      'a router.json that is null',
      write('router.json', 'null'),
      'manifest-invalid',
      /the whole is null: must be a JSON object/,
    ],
    [
      'a router.json that is a list',
      write('router.json', '[]'),
      'manifest-invalid',
      /the whole is \[\]: must be a JSON object/,
    ],
    [
      'a newer format',
      manifest({ formatVersion: 2 }),
      'artifact-too-new',
      /formatVersion 2, and this release reads up to 1\. Upgrade: npm install routellm@latest/,
    ],
    ['format version 0', manifest({ formatVersion: 0 }), 'manifest-invalid', /formatVersion is 0: must be 1/],
    [
      'no kind',
      manifest({ kind: undefined }),
      'manifest-invalid',
      /kind is missing: must be the kind of router, such as mf/,
    ],
    ['a kind with spaces', manifest({ kind: 'M F' }), 'manifest-invalid', /kind is "M F": must be the kind/],
    ['no name', manifest({ name: '' }), 'manifest-invalid', /name is "": must be the name/],
    [
      'an embedder as text',
      manifest({ embedder: 'builtin@1' }),
      'manifest-invalid',
      /embedder is "builtin@1": must be an object with id and dimensions/,
    ],
    [
      'no embedder id',
      embedder({ id: '' }),
      'manifest-invalid',
      /embedder.id is "": must be the id of the embedder/,
    ],
    [
      'dimensions as text',
      embedder({ dimensions: '3' }),
      'manifest-invalid',
      /embedder.dimensions is "3": must be the length of its vectors, a whole number from 1/,
    ],
    [
      'no dimensions',
      embedder({ dimensions: 0 }),
      'manifest-invalid',
      /embedder.dimensions is 0: must be the length/,
    ],
    [
      'half a pair',
      manifest({ pair: { strong: 'big' } }),
      'manifest-invalid',
      /pair.weak is missing: must be the name of a model/,
    ],
    [
      'a pair of one model',
      manifest({ pair: { strong: 'big', weak: 'big' } }),
      'manifest-invalid',
      /pair.weak is "big": must be another model than pair.strong/,
    ],
    [
      'a pair without weights',
      manifest({ pair: { strong: 'huge', weak: 'small' } }),
      'manifest-invalid',
      /pair.strong is "huge": must be one of models: small, big/,
    ],
    [
      'no models',
      manifest({ models: [] }),
      'manifest-invalid',
      /models is \[\]: must name at least one model/,
    ],
    [
      'a model that is a number',
      manifest({ models: ['small', 'big', 3] }),
      'manifest-invalid',
      /models.2 is 3: must be the name of a model/,
    ],
    [
      'a model twice',
      manifest({ models: ['small', 'big', 'small'] }),
      'manifest-invalid',
      /models.2 is "small": is listed twice/,
    ],
    [
      'a hash that is none',
      source({ sha256: 'abc' }),
      'manifest-invalid',
      /data.0.sha256 is "abc": must be the SHA-256/,
    ],
    [
      'data without a licence',
      source({ licence: undefined }),
      'manifest-invalid',
      /data.0.licence is missing: must name the licence/,
    ],
    [
      'half a row',
      source({ rows: 1.5 }),
      'manifest-invalid',
      /data.0.rows is 1.5: must be the number of rows/,
    ],
    [
      'a seed as text',
      manifest({ seed: 'seven' }),
      'manifest-invalid',
      /seed is "seven": must be the seed of the training/,
    ],
    [
      'an option that is a list',
      manifest({ options: { epochs: [1] } }),
      'manifest-invalid',
      /options.epochs is \[1\]: must be a number, text/,
    ],
    [
      'a metric that is null',
      manifest({ metrics: { apgr: null } }),
      'manifest-invalid',
      /metrics.apgr is null: must be a number/,
    ],
    [
      'one quantile',
      calibration([0.5]),
      'manifest-invalid',
      /winRateQuantiles is \[0.5\]: must be at least two/,
    ],
    [
      'quantiles that descend',
      calibration([0.9, 0.1]),
      'manifest-invalid',
      /winRateQuantiles is \[0.9,0.1\]: must be .* ascending/,
    ],
    [
      'a quantile in percent',
      calibration([1, 50]),
      'manifest-invalid',
      /winRateQuantiles.1 is 50: must be a win rate from 0 to 1/,
    ],
    [
      'calibration on nothing',
      calibration([0, 1], 0),
      'manifest-invalid',
      /calibration.prompts is 0: must be the number/,
    ],
    [
      'a created that is no date',
      manifest({ created: 'yesterday' }),
      'manifest-invalid',
      /created is "yesterday": must be an ISO 8601 date/,
    ],
    [
      'an expires that is no date',
      manifest({ expires: '2024-13-01' }),
      'manifest-invalid',
      /expires is "2024-13-01": must be an ISO 8601 date.*or absent/,
    ],
    [
      'a field that nobody knows',
      manifest({ expire: '2027-01-01' }),
      'manifest-invalid',
      /expire: no such field; remove it/,
    ],
    [
      'two faults at once',
      manifest({ seed: 'x', created: 'y' }),
      'manifest-invalid',
      /seed is "x".*\n {2}created is "y"/,
    ],
    [
      'empty weights',
      write('weights.safetensors', ''),
      'safetensors-invalid',
      /0 bytes, less than the 8.*download it again/,
    ],
    [
      'weights cut short',
      write('weights.safetensors', numbers(1, 2).subarray(0, -1)),
      'safetensors-invalid',
      /only 7 bytes/,
    ],
    [
      'a NaN weight',
      write('weights.safetensors', numbers(1, Number.NaN)),
      'weights-not-finite',
      /Number 1 of tensor w of .* is NaN.*must be finite/,
    ],
    [
      'an infinite weight',
      write('weights.safetensors', numbers(-Infinity)),
      'weights-not-finite',
      /Number 0 of tensor w of .* is -Infinity/,
    ],
  ])('%s', async (_, spoil, code, message) => {
    await saveRouterArtifact(folder, sample)
    await spoil()
    const failure = await loadRouterArtifact(folder).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ArtifactError)
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(String(failure)).toContain(folder)
  })
})

describe('expiry', () => {
  const manifest = parseManifest(manifestWith({ expires: '2025-01-01T00:00:00Z' }), 'f')

  it('is a warning that says what to do, from that moment on', () => {
    expect(expiryWarning(manifest, new Date('2024-12-31T23:59:59Z'))).toBeUndefined()
    expect(expiryWarning(manifest, new Date('2025-01-01T00:00:00Z'))).toMatch(
      /as-trained expired on 2025-01-01T00:00:00Z.*Train it again/,
    )
    expect(expiryWarning(sample.manifest, new Date('2999-01-01'))).toBeUndefined()
  })

  it('does not keep an artifact from loading', async () => {
    await saveRouterArtifact(folder, { ...sample, manifest })
    expect((await loadRouterArtifact(folder)).manifest.expires).toBe('2025-01-01T00:00:00Z')
  })
})

describe('saving over something', () => {
  const changed: RouterArtifact = { ...sample, manifest: { ...sample.manifest, seed: 8 } }
  const seedOf = async () => (await loadRouterArtifact(folder)).manifest.seed

  it('replaces an artifact, keeps the other files, and leaves nothing beside it', async () => {
    await saveRouterArtifact(folder, sample)
    await mkdir(join(folder, 'notes'))
    await writeFile(join(folder, 'notes', 'card.md'), 'the data card')
    await saveRouterArtifact(folder, changed)
    expect(await seedOf()).toBe(8)
    expect(await readFile(join(folder, 'notes', 'card.md'), 'utf8')).toBe('the data card')
    expect(await readdir(place)).toEqual(['my-router'])
  })

  it('fills an empty folder', async () => {
    await mkdir(folder)
    await saveRouterArtifact(folder, sample)
    expect(await seedOf()).toBe(7)
  })

  it('refuses a folder that is no artifact, and a file', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'thesis.tex'), 'years of work')
    await expect(saveRouterArtifact(folder, sample)).rejects.toThrow(
      /without router.json.*thesis.tex.*not replaced/,
    )
    const file = join(folder, 'thesis.tex')
    await expect(saveRouterArtifact(file, sample)).rejects.toMatchObject({ code: 'not-an-artifact' })
    expect(await readFile(file, 'utf8')).toBe('years of work')
    expect(await readdir(place)).toEqual(['my-router'])
  })

  it('refuses an artifact that would not load, and leaves the old one', async () => {
    await saveRouterArtifact(folder, sample)
    const wrong = { ...sample, manifest: { ...sample.manifest, models: [] } }
    await expect(saveRouterArtifact(folder, wrong)).rejects.toMatchObject({ code: 'manifest-invalid' })
    expect(await seedOf()).toBe(7)
  })

  it('killed between its renames, it is loaded and mended from where the old one went', async () => {
    await saveRouterArtifact(folder, sample)
    const previous = join(place, '.my-router.previous')
    await rename(folder, previous)
    await cp(previous, join(place, '.my-router.saving-999999999'), { recursive: true })
    expect(await loadRouterArtifact(folder)).toMatchObject({ manifest: { name: 'my-router', seed: 7 } })
    await saveRouterArtifact(folder, changed)
    expect(await seedOf()).toBe(8)
    expect(await readdir(place)).toEqual(['my-router'])
  })

  it('killed after its renames, the new one counts and the old one goes', async () => {
    await saveRouterArtifact(folder, changed)
    await saveRouterArtifact(join(place, '.my-router.previous'), sample)
    expect(await seedOf()).toBe(8)
    await saveRouterArtifact(folder, sample)
    expect(await readdir(place)).toEqual(['my-router'])
  })

  it('while somebody loads, gives the old or the new one whole', async () => {
    const artifactOf = (seed: number): RouterArtifact => ({
      manifest: { ...sample.manifest, seed },
      tensors: new Map([['w', float32Tensor(Float32Array.of(seed), [1])]]),
    })
    await saveRouterArtifact(folder, artifactOf(0))
    let saving = true
    const saves = (async () => {
      for (let seed = 1; seed <= 30; seed++) await saveRouterArtifact(folder, artifactOf(seed))
      saving = false
    })()
    const seen = new Set<number>()
    while (saving) {
      const { manifest, tensors } = await loadRouterArtifact(folder)
      expect(float32Of(tensors.get('w')!, 'w')[0]).toBe(manifest.seed)
      expect(manifest.name).toBe(basename(folder))
      seen.add(manifest.seed)
    }
    await saves
    expect(seen.size).toBeGreaterThan(1)
  })
})
