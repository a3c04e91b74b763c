import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRouterArtifact } from '../../base/artifact/load.ts'
import type { RouterArtifact } from '../../base/artifact/router-artifact.ts'
import { saveRouterArtifact } from '../../base/artifact/save.ts'
import { ArtifactError } from '../../errors.ts'
import type { ContractCase } from '../contract-case.ts'

const manifestFile = 'router.json'
const weightsFile = 'weights.safetensors'

/**
 * The rules of a `RouterArtifact`: it survives a round trip through a folder unchanged, and no damaged copy of
 * that folder loads.
 *
 * @param createArtifact trains or makes the artifact under test. Called once per case.
 */
export function routerArtifactContract(
  createArtifact: () => RouterArtifact | Promise<RouterArtifact>,
): readonly ContractCase[] {
  const inFolder = (test: (folder: string, artifact: RouterArtifact) => Promise<void>) => async () => {
    const place = await mkdtemp(join(tmpdir(), 'router-artifact-'))
    try {
      const artifact = await createArtifact()
      // A loaded artifact is named by its folder.
      await test(join(place, artifact.manifest.name), artifact)
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  }
  return [...roundTripCases, ...damageCases].map(({ name, test }) => ({ name, run: inFolder(test) }))
}

type ArtifactCase = { readonly name: string; test(folder: string, artifact: RouterArtifact): Promise<void> }

const roundTripCases: readonly ArtifactCase[] = [
  {
    name: 'saved and loaded it is the same, tensor by tensor',
    test: async (folder, artifact) => {
      await saveRouterArtifact(folder, artifact)
      assertSameArtifact(await loadRouterArtifact(folder), artifact)
    },
  },
  {
    name: 'saved over an older one it leaves only its own two files',
    test: async (folder, artifact) => {
      await saveRouterArtifact(folder, artifact)
      await saveRouterArtifact(folder, artifact)
      assert.deepEqual((await readdir(folder)).sort(), [manifestFile, weightsFile])
      assertSameArtifact(await loadRouterArtifact(folder), artifact)
    },
  },
  {
    name: 'saved twice it has the same bytes',
    test: async (folder, artifact) => {
      await saveRouterArtifact(folder, artifact)
      await saveRouterArtifact(`${folder}-again`, artifact)
      for (const file of [manifestFile, weightsFile])
        assert.deepEqual(
          await readFile(join(folder, file)),
          await readFile(join(`${folder}-again`, file)),
          file,
        )
    },
  },
]

type Spoil = (folder: string) => Promise<void>

const damages: readonly { readonly name: string; readonly spoil: Spoil }[] = [
  { name: 'a folder that is not there', spoil: (folder) => rm(folder, { recursive: true }) },
  { name: 'no router.json', spoil: (folder) => rm(join(folder, manifestFile)) },
  { name: 'no weights.safetensors', spoil: (folder) => rm(join(folder, weightsFile)) },
  { name: 'an empty router.json', spoil: (folder) => writeFile(join(folder, manifestFile), '') },
  { name: 'a router.json that is not JSON', spoil: cut(manifestFile, (length) => length - 10) },
  { name: 'a router.json that is a list', spoil: (folder) => writeFile(join(folder, manifestFile), '[]') },
  { name: 'another format version', spoil: changeField('formatVersion', 2) },
  { name: 'a pair without a strong model', spoil: changeField('pair', { weak: 'w' }) },
  {
    name: 'an embedder of no dimensions',
    spoil: changeField('embedder', { id: 'e', dimensions: 0 }),
  },
  { name: 'models that are not names', spoil: changeField('models', [1, 2]) },
  { name: 'a seed that is not a number', spoil: changeField('seed', 'seven') },
  { name: 'a created that is not a date', spoil: changeField('created', 'yesterday') },
  {
    name: 'a calibration that descends',
    spoil: changeField('calibration', { prompts: 3, winRateQuantiles: [0.9, 0.1] }),
  },
  { name: 'empty weights', spoil: cut(weightsFile, () => 0) },
  { name: 'weights cut within the header', spoil: cut(weightsFile, () => 20) },
  { name: 'weights cut by their last byte', spoil: cut(weightsFile, (length) => length - 1) },
  {
    name: 'weights whose header claims to be longer than the file',
    spoil: async (folder) => {
      const bytes = await readFile(join(folder, weightsFile))
      bytes.writeBigUInt64LE(2n ** 60n)
      await writeFile(join(folder, weightsFile), bytes)
    },
  },
  {
    name: 'a folder where weights.safetensors should be',
    spoil: async (folder) => {
      await rm(join(folder, weightsFile))
      await mkdir(join(folder, weightsFile))
    },
  },
  ...[
    'formatVersion',
    'kind',
    'name',
    'embedder',
    'pair',
    'models',
    'data',
    'seed',
    'options',
    'metrics',
    'created',
  ].map((field) => ({ name: `no ${field}`, spoil: changeField(field, undefined) })),
]

const damageCases: readonly ArtifactCase[] = damages.map(({ name, spoil }) => ({
  name: `refused, naming the place: ${name}`,
  test: async (folder, artifact) => {
    await saveRouterArtifact(folder, artifact)
    await spoil(folder)
    await assert.rejects(loadRouterArtifact(folder), (error) => {
      assert.ok(error instanceof ArtifactError, `${error} is not an ArtifactError`)
      assert.ok(error.message.includes(folder), `the message does not name ${folder}: ${error.message}`)
      return true
    })
  },
}))

function cut(file: string, lengthOf: (length: number) => number): Spoil {
  return async (folder) => {
    const bytes = await readFile(join(folder, file))
    await writeFile(join(folder, file), bytes.subarray(0, lengthOf(bytes.length)))
  }
}

/** Sets a field of router.json; `undefined` removes it. */
function changeField(field: string, value: unknown): Spoil {
  return async (folder) => {
    const manifest: Record<string, unknown> = JSON.parse(await readFile(join(folder, manifestFile), 'utf8'))
    await writeFile(join(folder, manifestFile), JSON.stringify({ ...manifest, [field]: value }))
  }
}

function assertSameArtifact(actual: RouterArtifact, expected: RouterArtifact): void {
  assert.deepEqual(actual.manifest, expected.manifest)
  assert.deepEqual([...actual.tensors.keys()], [...expected.tensors.keys()])
  for (const [name, tensor] of expected.tensors) {
    const found = actual.tensors.get(name)
    assert.equal(found?.dtype, tensor.dtype, name)
    assert.deepEqual(found?.shape, tensor.shape, name)
    assert.ok(
      found !== undefined && Buffer.compare(found.bytes, tensor.bytes) === 0,
      `the bytes of ${name} differ`,
    )
  }
}
