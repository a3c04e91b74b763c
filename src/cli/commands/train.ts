import { readdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { manifestFile } from '../../artifact/folder.ts'
import { saveRouterArtifact } from '../../artifact/save.ts'
import { loadEmbedder } from '../../embedding/registry.ts'
import { ArtifactError } from '../../errors.ts'
import type { MatrixFactorizationTraining } from '../../training/matrix-factorization.ts'
import { loadConfiguration } from '../configuration.ts'
import { routerDependencies } from '../open-gateway.ts'
import { collected, numberValue, wholeNumber } from '../option-values.ts'
import { createStagedProgress } from '../progress.ts'
import type { CommandContext } from '../terminal.ts'
import { trainedLines } from '../training-in-words.ts'

type TrainFlags = Partial<
  Pick<
    MatrixFactorizationTraining,
    | 'seed'
    | 'strongModel'
    | 'weakModel'
    | 'epochs'
    | 'dimensions'
    | 'batchSize'
    | 'learningRate'
    | 'weightDecay'
    | 'noise'
    | 'validationFraction'
    | 'ties'
    | 'comparisons'
  >
> & {
  readonly data: readonly string[]
  readonly output: string
  readonly embedder: string
  readonly licence?: string
  readonly mode?: 'reference'
  readonly config?: string
  readonly json?: true
}

export function addTrainCommand(program: Command, context: CommandContext): void {
  const train = program.command('train').description('Train a router on data of your own.')
  train
    .command('mf')
    .description('Train the matrix factorization router on battles or outcomes and write it as an artifact.')
    .requiredOption(
      '--data <file>',
      'battles or outcomes, JSON Lines, gzip by extension; may be given more than once',
      collected,
    )
    .requiredOption('--output <folder>', 'artifact to write; its name becomes the name of the router')
    .option(
      '--strong-model <name>',
      'the strong model, as the data names it (may be left out where rows name one pair)',
    )
    .option('--weak-model <name>', 'the weak model')
    .option('--seed <number>', 'the same data and seed give the same artifact', wholeNumber, 0)
    .option(
      '--embedder <embedder>',
      'builtin or openai-compatible:<model>; rows that bring an "embedding" need none',
      'builtin',
    )
    .option(
      '--epochs <number>',
      'passes over the data (default: about 10,000 batches, at most 100)',
      wholeNumber,
    )
    .option('--dimensions <number>', "length of a model's vector (default: 128)", wholeNumber)
    .option('--batch-size <number>', 'comparisons per step (default: 64)', wholeNumber)
    .option('--learning-rate <number>', "Adam's (default: 0.0003)", numberValue)
    .option('--weight-decay <number>', "Adam's L2 (default: 0.00001)", numberValue)
    .option('--noise <number>', 'noise on the embeddings while training (default: 0.1)', numberValue)
    .option('--validation-fraction <number>', 'share of the prompts held out (default: 0.1)', numberValue)
    .addOption(
      new Option('--ties <how>', 'a tie is half a win for each, or left out').choices(['half', 'drop']),
    )
    .addOption(
      new Option('--comparisons <which>', 'learn from every pair of models, or from this pair only').choices([
        'all',
        'pair',
      ]),
    )
    .addOption(
      new Option(
        '--mode <mode>',
        "reference: as upstream's script (100 epochs, ties dropped, 5 % held out)",
      ).choices(['reference']),
    )
    .option('--licence <name>', "licence of the data, for the artifact's record (default: unknown)")
    .option(
      '--config <file>',
      'configuration file, for its embedder (default: ./routellm.yaml where there is one)',
    )
    .option('--json', 'print {"output", "router", "pair", "metrics", "warnings"} to stdout')
    .addHelpText(
      'after',
      `
Battles:  {"prompt", "model_a", "model_b", "winner": "model_a"|"model_b"|"tie"|"tie (bothbad)"}
Outcomes: {"prompt", "scores": {"model": number}}

Examples:
  routellm train mf --data battles.jsonl --strong-model gpt-5 --weak-model llama3.1 --output my-router
  routellm train mf --data a.jsonl.gz --data b.jsonl --strong-model big --weak-model small --output my-router --seed 7
  routellm serve --routers ./my-router`,
    )
    .action(async (_options: unknown, command: Command) =>
      trainMf(command.optsWithGlobals<TrainFlags>(), context),
    )
}

/** The settings of upstream's `train_matrix_factorization.py`. */
const referenceSettings = { epochs: 100, ties: 'drop', validationFraction: 0.05 } as const

async function trainMf(flags: TrainFlags, context: CommandContext): Promise<void> {
  const { terminal, folder, interrupted } = context
  const { data, output, embedder: embedderSpec, licence, mode, config: configFile, json, ...settings } = flags
  const target = resolve(folder, output)
  await checkTarget(target)
  const files = data.map((file) => resolve(folder, file))
  const { config, variables } = await loadConfiguration(
    configFile === undefined ? {} : { config: configFile },
    context,
  )
  const { embedderOptions } = routerDependencies(config, variables, context)
  const { trainMatrixFactorization } = await import('../../training/matrix-factorization.ts')
  const progress = createStagedProgress(terminal)
  try {
    const { artifact, warnings } = await trainMatrixFactorization({
      ...(mode === 'reference' && referenceSettings),
      ...settings,
      name: basename(target),
      data: files,
      ...(licence !== undefined && { licences: Object.fromEntries(files.map((file) => [file, licence])) }),
      embedder: await loadEmbedder(embedderSpec, embedderOptions),
      signal: interrupted,
      onProgress: ({ stage, done, total, loss }) =>
        progress.update(
          stage === 'embed' ? 'embedding' : 'fitting',
          done,
          total,
          loss === null ? '' : `loss ${loss.toFixed(4)}`,
        ),
    })
    await saveRouterArtifact(target, artifact)
    progress.stop()
    const { name, pair, metrics } = artifact.manifest
    if (json === true)
      terminal.result(JSON.stringify({ output: target, router: name, pair, metrics, warnings }))
    for (const line of trainedLines(artifact.manifest, target, warnings, terminal.colors)) terminal.note(line)
  } finally {
    progress.stop()
  }
}

/** Known before an hour of training rather than after it. */
async function checkTarget(target: string): Promise<void> {
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
  if (names.length > 0 && !names.includes(manifestFile))
    throw new ArtifactError(
      'not-an-artifact',
      `${target} is a folder without ${manifestFile} (it holds ${names.slice(0, 3).join(', ')}); it is left as it is. Name another folder to write the router to`,
    )
}
