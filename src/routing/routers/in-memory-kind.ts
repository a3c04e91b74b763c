import type { z } from 'zod'
import type { RouterArtifact } from '../../base/artifact/router-artifact.ts'
import type { BuiltinEmbedder } from '../embedding/builtin/embedder.ts'
import type { Router } from './router.ts'
import type { RouterKind, RouterSpecOf } from './router-kind.ts'

/**
 * How routers of a kind are created at once, without files, a network or threads: `src/routing/routers/<kind>/in-memory.ts`
 * exports it, and the table in `in-memory-registry.ts` lists it.
 *
 * Importing it loads the code of the router.
 */
export type InMemoryKind = {
  readonly kind: RouterKind
} & (
  | { readonly isTrained: false; create(spec: { readonly name: string }): Router }
  | { readonly isTrained: true; create(spec: { readonly name: string }, parts: TrainedParts): Router }
)

/** What a trained router is created of. */
export type TrainedParts = {
  readonly artifact: RouterArtifact
  /** Of the artifact, for errors. */
  readonly source: string
  /** The one that the artifact's vectors come from. */
  readonly embedder: BuiltinEmbedder
}

/** A kind that learns nothing. */
export function untrainedInMemory<Kind extends string, Settings extends z.ZodObject>(
  kind: RouterKind<Kind, Settings>,
  create: (spec: RouterSpecOf<Settings>) => Router,
): InMemoryKind {
  return { kind: kind as unknown as RouterKind, isTrained: false, create: create as (spec: object) => Router }
}

/** A kind whose routers are artifacts. */
export function trainedInMemory<Kind extends string, Settings extends z.ZodObject>(
  kind: RouterKind<Kind, Settings>,
  create: (spec: RouterSpecOf<Settings>, parts: TrainedParts) => Router,
): InMemoryKind {
  return {
    kind: kind as unknown as RouterKind,
    isTrained: true,
    create: create as (spec: object, parts: TrainedParts) => Router,
  }
}
