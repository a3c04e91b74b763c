import type { z } from 'zod'
import type { SettingProblem } from '../../base/settings/problem.ts'
import type { Model } from '../catalogue/model.ts'
import type { Router } from '../routers/router.ts'
import type { LoadVerifier } from '../verifiers/verifier-loading.ts'
import type { PromptVectors } from './learning/prompt-vectors.ts'
import type { ObservedCalls } from './observations/observed-calls.ts'
import type { Policy } from './policy.ts'

/**
 * One kind of policy, as plain data: `src/routing/policies/<kind>/kind.ts` exports it, and the table in `registry.ts`
 * lists it.
 *
 * Importing a kind loads its settings only if `create` imports the rest and returns a promise.
 */
export type PolicyKind<
  Kind extends string = string,
  Settings extends z.ZodObject = z.ZodObject,
  Created extends Policy | Promise<Policy> = Policy | Promise<Policy>,
> = {
  readonly kind: Kind
  /** One sentence for the documentation of `kind:`. */
  readonly summary: string
  /** The keys of a policy of this kind, without `kind`. */
  readonly settings: Settings
  /** The models and routers that the settings name; the configuration checks that they exist. */
  references(settings: z.output<Settings>): PolicyReferences
  /** The model that would answer everything if dollars did not matter. Default: the first model of `references`. */
  safest?(settings: z.output<Settings>): string
  /** What is wrong with settings that fit their schema. */
  check?(settings: z.output<Settings>): readonly SettingProblem[]
  /** The settings with a router that was learned. Absent: a policy of this kind has no router that could be replaced. */
  withLearned?(settings: z.output<Settings>, learned: LearnedRouter): z.output<Settings>
  /** The number that trades dollars for quality. Absent: the settings have no such number. */
  readonly threshold?: ThresholdSetting<Settings>
  /** A policy of these settings in a few words: `large or small, by mf at the threshold 0.35`. */
  describe(settings: z.output<Settings>): string
  /** Throws what `parts` throws for a model or router that does not exist. */
  create(settings: z.output<Settings>, parts: PolicyParts): Created
}

export type ThresholdSetting<Settings extends z.ZodObject = z.ZodObject> = {
  /** The win rate from which the strong model answers, or the predicted loss that is tolerated. */
  readonly measure: 'threshold' | 'tolerance'
  /** Null: the settings leave it to the router's calibration. */
  find(settings: z.output<Settings>): number | null
  /** The share of strong calls that the settings ask of the router's calibration; null, or absent: they ask for none. */
  findShare?(settings: z.output<Settings>): number | null
  set(settings: z.output<Settings>, threshold: number): z.output<Settings>
  /** Whether what is promised at one value holds at another one. */
  keepsPromise(promised: number, now: number): boolean
}

/** A trained router, and the threshold, or the tolerance, that was found for it. */
export type LearnedRouter = { readonly router: string; readonly threshold: number }

export type PolicyReferences = {
  readonly models: readonly PolicyReference[]
  readonly routers: readonly PolicyReference[]
}

export type PolicyReference = {
  /** Where the name is in the settings. */
  readonly path: readonly PropertyKey[]
  readonly name: string
}

/** What policies are made of. */
export type PolicyParts = {
  /** The policy's configured name. */
  readonly name: string | null
  /** @throws RouteLLMError if there is no such model. */
  findModel(name: string): Model
  /** @throws RouteLLMError if there is no such router. */
  findRouter(name: string): Router
  /** What is known of the calls before. */
  readonly observed: ObservedCalls
  /**
   * The verifier in a folder that `routellm train cascade` wrote. Policies of one folder share it.
   *
   * Rejects with ArtifactError if there is none.
   */
  readonly loadVerifier: LoadVerifier
  readonly routerTimeoutMs: number
  /** Absent if the built-in embedder cannot be used. */
  readonly vectors?: PromptVectors
}

/** The kind as it is, with the types of its settings inferred. */
export function definePolicyKind<
  const Kind extends string,
  Settings extends z.ZodObject,
  Created extends Policy | Promise<Policy>,
>(kind: PolicyKind<Kind, Settings, Created>): PolicyKind<Kind, Settings, Created> {
  return kind
}
