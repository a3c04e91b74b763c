import { readdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { manifestFile } from '../../../base/artifact/folder.ts'
import { saveRouterArtifact } from '../../../base/artifact/save.ts'
import { ArtifactError } from '../../../errors.ts'
import { lossCurveSvg } from '../../../learning/training/loss-curve.ts'
import type { TrainedRouter, TrainingProgress } from '../../../learning/training/trained-router.ts'
import { type Embedder, isClosableEmbedder } from '../../../routing/embedding/embedder.ts'
import { loadConfiguration } from '../../setup/configuration.ts'
import { dataFile } from '../../setup/data-file.ts'
import { openEmbedder } from '../../setup/open-embedder.ts'
import { routerDependencies } from '../../setup/open-gateway.ts'
import { collected, wholeNumber } from '../../terminal/option-values.ts'
import { createStagedProgress } from '../../terminal/progress.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { trainedLines } from './print.ts'

/** The flags of every `routellm train`. */
export type OutputFlags = {
  readonly output: string
  readonly seed: number
  readonly strongModel?: string
  readonly weakModel?: string
  readonly licence?: string
  readonly config?: string
  readonly json?: true
}

/** Those of the trainers that embed all their data with one embedder. */
export type TrainingFlags = OutputFlags & { readonly data: readonly string[]; readonly embedder: string }

/** What every trainer is given; its own options come from the flags besides. */
export type OutputTraining = {
  readonly name: string
  readonly seed: number
  readonly strongModel?: string
  readonly weakModel?: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: TrainingProgress) => void
}

export type CommonTraining = OutputTraining & TrainingFiles & { readonly embedder: Embedder }

/** Files by their absolute paths, with the licence that the flags name for all of them. */
export type TrainingFiles = {
  readonly data: readonly string[]
  readonly licences?: Readonly<Record<string, string>>
}

/** What a trainer's files and embedders are found with. */
export type TrainingMeans = {
  /** A path, from the folder that the command runs in. */
  place(name: string): string
  /** Their local paths; of a data set on a hub after downloading. */
  files(names: readonly string[]): Promise<TrainingFiles>
  /** Closed when the training is over. */
  embedder(name: string): Promise<Embedder>
}

/** A command with the options that are needed first; `withLastTrainingOptions` adds those that stand last. */
export function withFirstTrainingOptions(command: Command): Command {
  return withOutputOptions(
    command.requiredOption(
      '--data <file>',
      'battles or outcomes: JSON Lines, CSV or Parquet, gzip by extension; may be given more than once',
      collected,
    ),
  ).option(
    '--embedder <embedder>',
    'builtin, openai-compatible:<model> or onnx:<folder or hub id>; rows that bring an "embedding" need none',
    'builtin',
  )
}

/** What every `routellm train` has. */
export function withOutputOptions(command: Command): Command {
  return command
    .requiredOption('--output <folder>', 'artifact to write; its name becomes the name of the router')
    .option(
      '--strong-model <name>',
      'the strong model, as the data names it (may be left out where rows name one pair)',
    )
    .option('--weak-model <name>', 'the weak model')
    .option('--seed <number>', 'the same data and seed give the same artifact', wholeNumber, 0)
}

export function tiesOption(): Option {
  return new Option('--ties <how>', 'a tie is half a win for each, or left out').choices(['half', 'drop'])
}

export function withLastTrainingOptions(command: Command): Command {
  return command
    .option('--licence <name>', "licence of the data, for the artifact's record (default: unknown)")
    .option(
      '--config <file>',
      'configuration file, for its embedder (default: ./routellm.yaml where there is one)',
    )
    .option('--json', 'print {"output", "router", "pair", "metrics", "findings", "warnings"} to stdout')
}

/** The forms of data that every trainer reads, for the help. */
export const dataFormsHelp = `
Battles:  {"prompt", "model_a", "model_b", "winner": "model_a"|"model_b"|"tie"|"tie (bothbad)"}
Outcomes: {"prompt", "scores": {"model": number}}`

/** As `runTrainer`, for a trainer that embeds all its data with one embedder. */
export async function runTraining(
  flags: TrainingFlags,
  train: (common: CommonTraining) => Promise<TrainedRouter>,
  context: CommandContext,
): Promise<void> {
  await runTrainer(
    flags,
    async (common, means) =>
      train({
        ...common,
        ...(await means.files(flags.data)),
        embedder: await means.embedder(flags.embedder),
      }),
    context,
  )
}

/** Checks the place, trains, writes the artifact, and says how good it is. */
export async function runTrainer(
  flags: OutputFlags,
  train: (common: OutputTraining, means: TrainingMeans) => Promise<TrainedRouter>,
  context: CommandContext,
): Promise<void> {
  const { terminal, folder, interrupted } = context
  const { output, licence, config: configFile, json, seed, strongModel, weakModel } = flags
  const target = resolve(folder, output)
  await checkTarget(target, manifestFile)
  const { config, variables } = await loadConfiguration(
    configFile === undefined ? {} : { config: configFile },
    context,
  )
  const dependencies = routerDependencies(config, variables, context)
  const embedders: Embedder[] = []
  const progress = createStagedProgress(terminal)
  const common: OutputTraining = {
    name: basename(target),
    seed,
    ...(strongModel !== undefined && { strongModel }),
    ...(weakModel !== undefined && { weakModel }),
    signal: interrupted,
    onProgress: ({ stage, done, total, loss }) =>
      progress.update(
        stage === 'embed' ? 'embedding' : 'fitting',
        done,
        total,
        loss === null ? '' : `loss ${loss.toFixed(4)}`,
      ),
  }
  const means: TrainingMeans = {
    place: (name) => resolve(folder, name),
    async embedder(name) {
      const embedder = await openEmbedder(name, dependencies, folder)
      embedders.push(embedder)
      return embedder
    },
    async files(names) {
      const data = await Promise.all(names.map((name) => dataFile(name, context)))
      if (licence === undefined) return { data }
      return { data, licences: Object.fromEntries(data.map((file) => [file, licence])) }
    },
  }
  try {
    const { artifact, warnings, findings = [], lossCurve } = await train(common, means)
    const pictures = lossCurve === undefined ? [] : ([['loss.svg', lossCurveSvg(lossCurve)]] as const)
    await saveRouterArtifact(target, artifact, new Map(pictures))
    progress.stop()
    const { name, pair, metrics } = artifact.manifest
    if (json === true)
      terminal.result(
        JSON.stringify({
          output: target,
          router: name,
          pair,
          metrics,
          findings,
          warnings,
          ...(lossCurve !== undefined && { lossCurve }),
        }),
      )
    for (const line of trainedLines(artifact.manifest, target, findings, warnings, terminal.colors))
      terminal.note(line)
  } finally {
    progress.stop()
    for (const embedder of embedders) if (isClosableEmbedder(embedder)) await embedder.close()
  }
}

/**
 * That a router can be written there: known before an hour of training rather than after it.
 *
 * @param mark the file by which a folder is known to be such a router. @throws ArtifactError `not-an-artifact`.
 */
export async function checkTarget(target: string, mark: string): Promise<void> {
  const names = await readdir(target).catch((error: unknown): string[] => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new ArtifactError(
      'not-an-artifact',
      `${target} is not a folder; name another one to write the router to`,
      {
        cause: error,
      },
    )
  })
  if (names.length > 0 && !names.includes(mark))
    throw new ArtifactError(
      'not-an-artifact',
      `${target} is a folder without ${mark} (it holds ${names.slice(0, 3).join(', ')}); it is left as it is. Name another folder to write the router to`,
    )
}
