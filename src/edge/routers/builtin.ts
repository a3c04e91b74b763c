import { ArtifactError } from '../../errors.ts'
import { parseAsked } from '../../routing/embedding/builtin/asked/asked-file.ts'
import { type BuiltinEmbedder, createBuiltinEmbedder } from '../../routing/embedding/builtin/embedder.ts'
import { parseEmbedder } from '../../routing/embedding/builtin/embedder-file.ts'
import { createPieceVectors } from '../../routing/embedding/builtin/pieces/piece-vectors.ts'
import { parsePieceTable } from '../../routing/embedding/builtin/pieces/table-file.ts'
import { createFollowUpReader } from '../../routing/follow-ups/follow-up-reader.ts'
import { parseFollowUpWeights } from '../../routing/follow-ups/follow-up-weights.ts'
import type { FollowUpReader } from '../../routing/prompts/follow-up.ts'
import type { TaskReader } from '../../routing/tasks/task.ts'
import { createTaskReader } from '../../routing/tasks/task-reader.ts'
import { parseTaskWeights } from '../../routing/tasks/task-weights.ts'
import { type ArtifactFiles, builtinName } from './artifacts.ts'

/** What the package ships for all routers. */
export type BuiltinParts = {
  readonly embedder: BuiltinEmbedder
  readonly taskReader: TaskReader
  readonly followUpReader: FollowUpReader
}

/** The files that `createBuiltinParts` reads. */
export const builtinFiles = [
  'embedder.safetensors',
  'asked.safetensors',
  'pieces.safetensors',
  'tasks.safetensors',
  'follow-ups.safetensors',
] as const

/** @throws ArtifactError if a file is missing, damaged or of another release. */
export function createBuiltinParts(files: ArtifactFiles): BuiltinParts {
  const read = <Parameters>(
    parse: (bytes: Uint8Array, source: string) => Parameters,
    file: (typeof builtinFiles)[number],
  ): Parameters => {
    const path = `${builtinName}/${file}`
    return parse(files.read(path), path)
  }
  try {
    const vectors = createPieceVectors(read(parsePieceTable, 'pieces.safetensors'))
    const asked = read(parseAsked, 'asked.safetensors')
    const embedder = createBuiltinEmbedder(read(parseEmbedder, 'embedder.safetensors'), vectors, asked)
    return {
      embedder,
      taskReader: createTaskReader(embedder, read(parseTaskWeights, 'tasks.safetensors')),
      followUpReader: createFollowUpReader(embedder, read(parseFollowUpWeights, 'follow-ups.safetensors')),
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new ArtifactError(
      'embedder-broken',
      `The files of the built-in embedder in the artifacts do not belong together: ${cause.message}. Export them again: routellm export --output routers.js`,
      { cause },
    )
  }
}
