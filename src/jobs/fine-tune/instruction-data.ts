import { resolve } from 'node:path'
import { z } from 'zod'
import { type OutputFile, writeOutputs } from '../../base/files/write-outputs.ts'
import { omitUndefined } from '../../base/settings/omit-undefined.ts'
import { InvalidRequestError } from '../../errors.ts'
import { type InstructionData, makeInstructionData } from '../../learning/training/causal_llm/train.ts'
import type { Job } from '../job.ts'
import { protectedFiles } from '../protected-files.ts'
import { findDataFile } from '../workspace.ts'

const payload = z.object({
  data: z.array(z.string()).min(1),
  /** Training file; that for validation is written beside it. */
  output: z.string(),
  strongModel: z.string().optional(),
  weakModel: z.string().optional(),
  seed: z.int().min(0).default(0),
  validationFraction: z.number().optional(),
  /** Refuse a training file that fine-tuning services do not take. */
  isSubmitted: z.boolean().default(false),
})

type Payload = z.output<typeof payload>

export type InstructionDataResult = {
  readonly output: string
  /** Absent if nothing is held out. */
  readonly validation?: string
  readonly pair: InstructionData['pair']
  readonly examples: { readonly training: number; readonly validation: number }
  /** How many of all examples have each of the labels 1 … 5. */
  readonly labels: readonly number[]
  readonly estimatedTokens: number
  readonly clippedPrompts: number
  readonly warnings: readonly string[]
}

/** What services take in one file. */
const mostBytes = 512 * 1024 * 1024

/** Writes the instruction data of a fine-tuned causal_llm router: chat examples, one JSON object a line. */
export const instructionDataJob: Job<Payload, InstructionDataResult> = {
  name: 'instruction-data',
  payload,
  async run({ data: files, output: outputName, isSubmitted, ...options }, { signal, onProgress, workspace }) {
    const output = resolve(workspace.folder, outputName)
    if (!output.endsWith('.jsonl'))
      throw new InvalidRequestError(
        'bad-output-name',
        `--output ${outputName} has to end in .jsonl, which is what fine-tuning services take`,
        { param: '--output' },
      )
    const inputs = await Promise.all(files.map((file) => findDataFile(file, workspace)))
    const total = inputs.length
    onProgress({ stage: 'reading', done: 0, total, detail: '' })
    const data = await makeInstructionData({ ...omitUndefined(options), data: inputs, signal })
    onProgress({ stage: 'reading', done: total, total, detail: '' })
    signal.throwIfAborted()
    const validation =
      data.validation.length === 0 ? undefined : output.replace(/\.jsonl$/, '.validation.jsonl')
    const bytes = await writeOutputs(await protectedFiles(workspace, inputs), async (openOutput) => {
      if (validation !== undefined) await writeLines(await openOutput(validation), data.validation)
      return writeLines(await openOutput(output), data.training)
    })
    if (isSubmitted && bytes > mostBytes)
      throw new InvalidRequestError(
        'training-file-too-large',
        `${output} has ${bytes} bytes, and services take at most ${mostBytes} in a file; give less --data`,
        { param: '--data' },
      )
    return {
      output,
      ...(validation !== undefined && { validation }),
      pair: data.pair,
      examples: { training: data.training.length, validation: data.validation.length },
      labels: data.examplesOfLabel,
      estimatedTokens: data.estimatedTokens,
      clippedPrompts: data.clippedPrompts,
      warnings: data.warnings,
    }
  },
}

/** @returns the bytes written. */
async function writeLines(file: OutputFile, lines: readonly string[]): Promise<number> {
  let bytes = 0
  for (const line of lines) {
    await file.write(`${line}\n`)
    bytes += Buffer.byteLength(line) + 1
  }
  return bytes
}
