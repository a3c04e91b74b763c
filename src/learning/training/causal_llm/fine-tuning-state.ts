import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { putInPlace } from '../../../base/files/atomic-file.ts'
import { readRegularFile } from '../../../base/files/read-file.ts'
import { DataError, InvalidRequestError } from '../../../errors.ts'

const stateShape = z.strictObject({
  version: z.literal(1),
  baseUrl: z.string(),
  baseModel: z.string(),
  epochs: z.int().exactOptional(),
  /** Of the two files that are written beside this one. */
  trainingSha256: z.string(),
  validationSha256: z.string().exactOptional(),
  /** Started steps. If the end of a step is not recorded, the service may or may not have done it. */
  begun: z.array(z.enum(['trainingFile', 'validationFile', 'job'])).exactOptional(),
  trainingFile: z.string().exactOptional(),
  validationFile: z.string().exactOptional(),
  job: z.string().exactOptional(),
  model: z.string().exactOptional(),
})

/** The progress of a submission, so another run continues it and does not pay twice. */
export type SubmissionState = Readonly<z.output<typeof stateShape>>

/** What makes two submissions the same. */
export type SubmissionIdentity = Pick<
  SubmissionState,
  'baseUrl' | 'baseModel' | 'epochs' | 'trainingSha256' | 'validationSha256'
>

export function stateFileOf(output: string): string {
  return `${output}.job.json`
}

const mostStateBytes = 16 * 1024 * 1024

/**
 * The state that an earlier run left, or a new one.
 *
 * @throws DataError `bad-state-file`; InvalidRequestError `other-submission` if it belongs to other data, another model
 * or another service.
 */
export async function readSubmissionState(
  file: string,
  identity: SubmissionIdentity,
): Promise<SubmissionState> {
  const text = await readRegularFile(file, mostStateBytes).then(String, (error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return { version: 1, ...identity }
  const state = parseState(text, file)
  const differs = (['baseUrl', 'baseModel', 'epochs', 'trainingSha256', 'validationSha256'] as const).find(
    (key) => state[key] !== identity[key],
  )
  if (differs === undefined) return state
  throw new InvalidRequestError(
    'other-submission',
    `${file} is about a submission with another ${words[differs]} (${state[differs] ?? 'none'}, now ${identity[differs] ?? 'none'})${state.job === undefined ? '' : `, the job ${state.job}`}. Choose another --output, or remove that file to begin anew.`,
    { param: '--output' },
  )
}

const words = {
  baseUrl: 'service',
  baseModel: 'base model',
  epochs: 'number of epochs',
  trainingSha256: 'training file',
  validationSha256: 'validation file',
} as const

function parseState(text: string, file: string): SubmissionState {
  try {
    return stateShape.parse(JSON.parse(text))
  } catch (cause) {
    throw new DataError(
      'bad-state-file',
      `${file} is not what this command writes. Remove it to begin anew; the service's list of jobs says whether one runs.`,
      { cause },
    )
  }
}

/** Writes the state as a whole or not at all, so a crash cannot leave a part of it. */
export async function writeSubmissionState(file: string, state: SubmissionState): Promise<void> {
  await putInPlace(file, (temporary) => writeFile(temporary, `${JSON.stringify(state, null, 2)}\n`))
}
