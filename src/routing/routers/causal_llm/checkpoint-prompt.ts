import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { resolveCheckpoint } from '../../../base/files/hub/checkpoint.ts'
import type { HubOptions } from '../../../base/files/hub/hub-options.ts'
import { ArtifactError, HubError } from '../../../errors.ts'
import { type ClassifierPrompt, ownPrompt } from './prompt.ts'

/** The files of upstream's checkpoints that say what the model was trained to be asked. */
export const promptFiles = { system: 'system_ft_v5.txt', question: 'classifier_ft_v5.txt' } as const

const mostBytes = 65_536

/**
 * The prompt of a checkpoint: its two text files; the weights are not read. If it has neither file, returns this
 * project's prompt with a warning, because a model trained on another prompt may not follow it.
 *
 * @param checkpoint a folder, or a hub id.
 * @throws ArtifactError `bad-prompt-file`; HubError if the hub cannot be reached.
 */
export async function loadCheckpointPrompt(
  checkpoint: string,
  hub: HubOptions,
  onWarning: (message: string) => void,
): Promise<ClassifierPrompt> {
  const folder = await resolveCheckpoint(checkpoint, { ...hub, files: Object.values(promptFiles) }).catch(
    (error: unknown) => {
      if (error instanceof HubError && error.code === 'hub-file-missing') return undefined
      throw error
    },
  )
  const [system, question] =
    folder === undefined
      ? []
      : await Promise.all(
          [promptFiles.system, promptFiles.question].map((file) => readSmall(join(folder, file))),
        )
  if (system === undefined && question === undefined) {
    onWarning(
      `${checkpoint} has no ${promptFiles.system} and ${promptFiles.question}, so the model is asked with ${ownPrompt.name}. A model that was trained to be asked in other words needs those files.`,
    )
    return ownPrompt
  }
  if (system === undefined || question === undefined)
    throw new ArtifactError(
      'bad-prompt-file',
      `${checkpoint} has ${system === undefined ? promptFiles.question : promptFiles.system} and not ${system === undefined ? promptFiles.system : promptFiles.question}; the two belong together.`,
    )
  if (!question.includes('{question}'))
    throw new ArtifactError(
      'bad-prompt-file',
      `${join(checkpoint, promptFiles.question)} has no {question} in it, which is where the prompt goes.`,
    )
  return { name: checkpoint, system, question }
}

async function readSmall(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined) return undefined
  if (found.isFile() && found.size <= mostBytes) return readFile(file, 'utf8')
  throw new ArtifactError(
    'bad-prompt-file',
    `${file} is ${found.isFile() ? `${found.size} bytes long, and a prompt has at most ${mostBytes}` : 'no file'}. Name the folder of a causal-LLM checkpoint.`,
  )
}
