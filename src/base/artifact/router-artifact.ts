import type { Tensor } from './safetensors.ts'

/** A trained router as a folder: `router.json` (the manifest) and `weights.safetensors`. */
export type RouterArtifact = {
  readonly manifest: RouterManifest
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, Tensor>
}

/** `router.json`. Checked field by field when it is loaded. */
export type RouterManifest = {
  readonly formatVersion: 1
  /** Which router reads it: `mf`, later `sw_ranking`, `knn`, … */
  readonly kind: string
  readonly name: string
  readonly embedder: {
    readonly id: string
    readonly dimensions: number
    /** Texts whose vectors are among the tensors: they show whether another copy of the embedder gives the same. */
    readonly probes?: readonly string[]
  }
  /** The models whose comparison the win rate is about, named as in `models`. */
  readonly pair: { readonly strong: string; readonly weak: string }
  /** Row i of the model embeddings belongs to `models[i]`. */
  readonly models: readonly string[]
  readonly data: readonly DataSource[]
  readonly seed: number
  /** Hyper-parameters, as given to the fit. */
  readonly options: Readonly<Record<string, number | string | boolean>>
  /** Measured at training; the key names the rows that were used. */
  readonly metrics: Readonly<Record<string, number>>
  /** The distribution of its win rates, which gives the threshold for a share of strong calls. */
  readonly calibration?: { readonly prompts: number; readonly winRateQuantiles: readonly number[] }
  /**
   * ISO 8601: when the newest of the training data was written. It is not the time of training, because the same data
   * and seed must give the same bytes.
   */
  readonly created: string
  /** ISO 8601; from then on loading warns that the artifact is stale. */
  readonly expires?: string
}

export type DataSource = {
  readonly name: string
  readonly sha256: string
  readonly licence: string
  readonly rows: number
}
