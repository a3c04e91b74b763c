import { resolve } from 'node:path'
import { z } from 'zod'
import { InvalidRequestError } from '../../errors.ts'
import { type ConversionCounts, createConversion } from '../../learning/datasets/convert/conversion.ts'
import { createLogConversion } from '../../learning/datasets/convert/to-log.ts'
import { parseColumnPaths } from '../../learning/formats/mapping/column-paths.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import type { Job } from '../job.ts'
import { checkRowOutput, duplicateIdModes, writeRowFile } from '../row-file.ts'
import { findDataFile } from '../workspace.ts'

const payload = z.object({
  /** Rows of any form: a file or a folder, or several that are read as one. */
  input: z.union([z.string(), z.array(z.string()).min(1).readonly()]),
  /** JSON Lines to write. */
  output: z.string(),
  to: z.enum(['battles', 'outcomes', 'prompts', 'log']),
  /** Only rows of these two models. */
  strongModel: z.exactOptional(z.string()),
  weakModel: z.exactOptional(z.string()),
  /** To battles: scores that differ by at most this are a tie. */
  tieBand: z.exactOptional(z.number()),
  /** To outcomes: the model whose opponents are scored. */
  reference: z.exactOptional(z.string()),
  /** `name=path` of each column, for rows of an application's own form. */
  columns: z.exactOptional(z.array(z.string()).readonly()),
  duplicateIds: z.enum(duplicateIdModes).default('error'),
})

export type ConvertPayload = z.output<typeof payload>

export type ConvertResult = {
  readonly output: string
  readonly to: ConvertPayload['to']
  readonly counts: ConversionCounts
}

/** Turns data of any form into battles, outcomes or prompts. */
export const convertJob: Job<ConvertPayload, ConvertResult> = {
  name: 'convert',
  payload,
  async run({ to, tieBand, reference, duplicateIds, ...given }, context) {
    const pair = findPair(given)
    const columns = given.columns === undefined ? undefined : parseColumnPaths(given.columns)
    const options = {
      ...(pair !== undefined && { pair }),
      ...(tieBand !== undefined && { tieBand }),
      ...(reference !== undefined && { reference }),
    }
    const conversion =
      to === 'log' ? createLogConversion(columns, options) : createConversion({ to, ...options })
    const input = await Promise.all([given.input].flat().map((file) => findDataFile(file, context.workspace)))
    const output = resolve(context.workspace.folder, given.output)
    await checkRowOutput(input, output)
    await writeRowFile(
      {
        ...{ input, output, columns, isPlain: to === 'log', stage: 'converting', duplicateIds },
        ...conversion,
      },
      context,
    )
    return { output, to, counts: conversion.counts }
  },
}

function findPair({
  strongModel: strong,
  weakModel: weak,
}: Pick<ConvertPayload, 'strongModel' | 'weakModel'>): ModelPair | undefined {
  if (strong !== undefined && weak !== undefined) return { strong, weak }
  if (strong === undefined && weak === undefined) return undefined
  const missing = strong === undefined ? '--strong-model' : '--weak-model'
  throw new InvalidRequestError('half-a-pair', `A pair needs two models: give ${missing} too.`, {
    param: missing,
  })
}
