import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { RouterManifest } from '../../../src/base/artifact/router-artifact.ts'
import type { Tensor } from '../../../src/base/artifact/safetensors.ts'
import { saveRouterArtifact } from '../../../src/base/artifact/save.ts'
import { tensorsOfWeights } from '../../../src/routing/routers/mf/weights.ts'
import type { RouterDependencies } from '../../../src/routing/routers/router-kind.ts'
import { type EmbeddingServer, startEmbeddingServer } from '../servers/embedding-server.ts'

export const golden = new URL('../../golden/', import.meta.url)
export const noDependencies: RouterDependencies = { embedderOptions: {}, hub: {} }
/** The embedder that the artifacts name; the embedding server answers for it. */
export const remoteEmbedder = 'openai-compatible:tiny'

export type RouterFolders = {
  readonly place: string
  readonly server: EmbeddingServer
  /** Dependencies that reach the embedding server. */
  withServer(): RouterDependencies
  /** The golden checkpoint in upstream's layout. */
  checkpoint(changes?: object): Promise<string>
  /** A small mf artifact whose embeddings have 3 numbers, like those of the embedding server. */
  artifact(
    name: string,
    changes?: Partial<RouterManifest>,
    tensors?: ReadonlyMap<string, Tensor>,
  ): Promise<string>
}

/** A temporary folder for routers and an embedding server, new for each test of the calling file. */
export function useRouterFolders(): RouterFolders {
  let place = ''
  let server: EmbeddingServer
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'registry-'))
    server = await startEmbeddingServer()
  })
  afterEach(async () => {
    await server.close()
    await rm(place, { recursive: true, force: true })
  })
  return {
    get place() {
      return place
    },
    get server() {
      return server
    },
    withServer: () => ({ embedderOptions: { baseUrl: server.baseUrl, retries: 0 }, hub: {} }),
    checkpoint: (changes = {}) => writeCheckpoint(place, changes),
    artifact: (name, changes = {}, tensors = smallTensors()) => writeArtifact(place, name, changes, tensors),
  }
}

async function writeCheckpoint(place: string, changes: object): Promise<string> {
  const folder = join(place, 'checkpoint')
  await mkdir(folder, { recursive: true })
  await cp(new URL('mf_model.safetensors', golden), join(folder, 'model.safetensors'))
  const config = JSON.parse(await readFile(new URL('mf_config.json', golden), 'utf8'))
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, ...changes }))
  return folder
}

async function writeArtifact(
  place: string,
  name: string,
  changes: Partial<RouterManifest>,
  tensors: ReadonlyMap<string, Tensor>,
): Promise<string> {
  const manifest: RouterManifest = {
    formatVersion: 1,
    kind: 'mf',
    name: 'as-trained',
    embedder: { id: remoteEmbedder, dimensions: 3 },
    pair: { strong: 'big', weak: 'small' },
    models: ['small', 'big', 'other'],
    data: [],
    seed: 1,
    options: {},
    metrics: {},
    calibration: { prompts: 9, winRateQuantiles: [0.2, 0.8] },
    created: '2024-01-01',
    ...changes,
  }
  await saveRouterArtifact(join(place, name), { manifest, tensors })
  return join(place, name)
}

/** The weights of such an artifact. */
export function smallTensors(): ReadonlyMap<string, Tensor> {
  return tensorsOfWeights({
    models: ['small', 'big', 'other'],
    modelEmbeddings: Float32Array.of(1, 0, 0, 1, -1, 0),
    projection: Float32Array.of(0.1, 0, 0, 0, 0.01, 0),
    classifier: Float32Array.of(1, 1),
    dimensions: 2,
    textDimensions: 3,
  })
}
