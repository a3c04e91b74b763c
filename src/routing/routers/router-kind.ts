import type { z } from 'zod'
import type { HubOptions } from '../../base/files/hub/hub-options.ts'
import type { RocArea } from '../../base/math/statistics/roc-area.ts'
import type { Needs } from '../../base/settings/needs.ts'
import type { SettingProblem } from '../../base/settings/problem.ts'
import type { SettingsOf } from '../../base/settings/schema.ts'
import type { EmbedderOptions } from '../embedding/embedder-kind.ts'
import type { TextEncoderOptions } from '../onnx/text-encoder.ts'
import type { Router } from './router.ts'
import type { SharedSettings } from './shared-settings.ts'
import type { TrainedPrompts } from './trained-prompts/trained-prompts.ts'

/**
 * One kind of router, as plain data: `src/routing/routers/<kind>/kind.ts` exports it, and the table in `registry.ts`
 * lists it. Configuration, JSON Schema, documentation, command line and `doctor` are assembled from these values.
 *
 * Importing a kind loads its settings only; its functions import the rest when they are called.
 */
export type RouterKind<Kind extends string = string, Settings extends z.ZodObject = z.ZodObject> = {
  /** The name of the folder, of the documentation's page, and of `kind:` in routellm.yaml and router.json. */
  readonly kind: Kind
  /**
   * The keys of a router of this kind in routellm.yaml. A key that several kinds have comes from
   * `shared-settings.ts` or has a separate description for each kind. Every key is optional.
   */
  readonly settings: Settings
  /** Throws ConfigError, ArtifactError, HubError or EmbeddingError if a part of the router cannot be loaded. */
  load(spec: RouterSpecOf<Settings>, dependencies: RouterDependencies): Promise<Router>
  /** One line for lists of routers. Undefined or absent: the artifact, the checkpoint or the kind's name. */
  describe?(spec: RouterSpecOf<Settings>): string | undefined
  readonly configuration?: RouterConfiguration<Settings>
  /** Training with `routellm train <kind>`. Absent: the kind is not trained. */
  readonly training?: RouterTraining
  readonly needs?: Needs<RouterSpecOf<Settings>>
  readonly origin?: RouterOrigin<Settings>
}

/** The settings of a router with its name. */
export type RouterSpecOf<Settings extends z.ZodObject> = { readonly name: string } & SharedSettings &
  SettingsOf<Settings>

/** Converts an entry of routellm.yaml to settings. */
export type RouterConfiguration<Settings extends z.ZodObject> = {
  /** The kind is among the routers of a configuration that names none. */
  readonly isStandard?: true
  /** An entry that has this key and neither a kind nor the name of one is of this kind. */
  readonly impliedBy?: { readonly key: string; readonly article: string }
  /** Fills in defaults that depend on other settings. */
  complete?(spec: RouterSpecOf<Settings>): RouterSpecOf<Settings>
  /** Problems between settings. Paths begin at the entry. */
  check?(spec: RouterSpecOf<Settings>): readonly SettingProblem[]
  /** Maps the keyword arguments of upstream's class. Absent: the kind has none there. */
  fromUpstream?(given: Readonly<Record<string, unknown>>): UpstreamSettings
}

/** Paths of problems begin at the router's arguments. */
export type UpstreamSettings =
  | { readonly settings: Readonly<Record<string, unknown>> }
  | { readonly problems: readonly SettingProblem[] }

export type RouterTraining = {
  /** The option that names the data, and a file's name for examples. */
  readonly option: string
  readonly file: string
  /** The kind has no router without the artifact that training writes. */
  readonly isNeeded: boolean
}

/** Source of a router's numbers. */
export type RouterOrigin<Settings extends z.ZodObject = z.ZodObject> = {
  /**
   * What the win rates depend on besides prompt, settings and embedder. Undefined: nothing that is slower to compute
   * than to read from the score cache.
   */
  source?(spec: RouterSpecOf<Settings>, dependencies: RouterDependencies): Promise<RouterSource | undefined>
  /** The record of its training. Undefined if nothing was recorded. */
  record?(spec: RouterSpecOf<Settings>, dependencies: RouterDependencies): Promise<RouterRecord | undefined>
  /**
   * The prompts that it was trained on, by which labels of its training are recognised. Undefined if they were not
   * recorded.
   */
  trainedPrompts?(
    spec: RouterSpecOf<Settings>,
    dependencies: RouterDependencies,
  ): Promise<TrainedPrompts | undefined>
  /** Whether a folder without router.json is a trained router of this kind. */
  isTrainedFolder?(folder: string): Promise<boolean>
}

export type RouterSource =
  | { readonly kind: 'weights'; readonly folder: string }
  | { readonly kind: 'prompt'; readonly prompt: unknown }

export type RouterRecord = {
  /** The prompts behind a calibrated router's quantiles; 0 if they are known without any. */
  readonly calibrationPrompts: number
  /** Absent: not trained. */
  readonly training?: {
    readonly pair: { readonly strong: string; readonly weak: string }
    readonly data: readonly { readonly sha256: string }[]
    /** How well it ordered prompts that were left out of the fit. Absent if that was not measured. */
    readonly leftOutRanking?: RocArea
  }
}

export type RouterDependencies = {
  readonly embedderOptions: EmbedderOptions
  readonly hub: HubOptions
  /** Keys by the name of the environment variable that a router's `apiKeyEnv` names. */
  readonly apiKeys?: Readonly<Record<string, string>>
  /** The kinds of router that there are. Default: `builtinRouterKinds`. */
  readonly kinds?: readonly RouterKind[]
  /** How encoders run; `precision` is a setting of the router. */
  readonly inference?: TextEncoderOptions
  /** Folder of the built-in mf router. Default: the package's own. */
  readonly builtinArtifact?: string
  /** Folder of the mf router for an encoder. Default: the package's own. */
  readonly encoderArtifact?: string
  /**
   * Refuse a router that can score given embeddings only, because serving has nothing but text. Otherwise such a router
   * loads, and fails when it gets a text.
   */
  readonly mustScoreText?: boolean
  /** Receives warnings, such as that an artifact has expired. */
  readonly onWarning?: (message: string) => void
  /** The time against which expiry is judged. */
  readonly now?: () => Date
}

/** Returns the kind unchanged, with the types of its settings inferred. */
export function defineRouterKind<const Kind extends string, Settings extends z.ZodObject>(
  kind: RouterKind<Kind, Settings>,
): RouterKind<Kind, Settings> {
  return kind
}
