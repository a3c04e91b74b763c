import { z } from 'zod'
import { embedderForms, embedderPattern } from '../embedding/registry.ts'

/**
 * Settings that mean the same for every kind that takes them. The command line can give them to any router, and
 * routellm.yaml resolves the paths in them against its own folder.
 */
export const sharedSettings = {
  artifact: z
    .string()
    .min(1)
    .exactOptional()
    .describe("Folder of a trained router, relative to this file's folder."),
  checkpoint: z
    .string()
    .min(1)
    .exactOptional()
    .describe('Upstream checkpoint: a folder or a hub id such as `routellm/mf_gpt4_augmented`.'),
  revision: z
    .string()
    .min(1)
    .exactOptional()
    .describe('Revision of the checkpoint on the hub. Default: `main`.'),
  embedder: z
    .string()
    .regex(embedderPattern, `must be ${embedderForms()}`)
    .exactOptional()
    .describe(`${embedderForms('`')}. Default: the one that the router was trained on.`),
  scoringStrongModel: z
    .string()
    .exactOptional()
    .describe(
      'Row of the model table to score as the strong model. Default: the pair that it was trained for; `gpt-4-1106-preview` for an upstream checkpoint.',
    ),
  scoringWeakModel: z
    .string()
    .exactOptional()
    .describe(
      'Row of the model table to score as the weak model. Default: likewise; `mixtral-8x7b-instruct-v0.1`.',
    ),
}

export type SharedSettings = Readonly<z.output<z.ZodObject<typeof sharedSettings>>>
