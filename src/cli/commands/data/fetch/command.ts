import { resolve } from 'node:path'
import type { Command } from 'commander'
import { findBaseUrlProblem } from '../../../../base/settings/base-url.ts'
import { redactUrl } from '../../../../base/settings/redact.ts'
import { toCommandLineText } from '../../../../base/text/format/command-line-text.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import { createProgress } from '../../../terminal/progress.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'

type FetchFlags = { readonly output: string; readonly baseUrl: string; readonly json?: true }

const upstreamRepository = 'https://raw.githubusercontent.com/lm-sys/RouteLLM/main'

export function addDataFetchCommand(data: Command, context: CommandContext): void {
  data
    .command('fetch')
    .description(
      'Download the benchmark files (MMLU, GSM8K, MT-Bench) of the RouteLLM project, each checked by its hash.',
    )
    .requiredOption('--output <folder>', 'folder to write to; give it to evaluate as --data')
    .option('--base-url <url>', 'the root of the repository, or of a mirror', upstreamRepository)
    .option('--json', 'print {"output", "files", "downloaded", "alreadyThere", "bytes"} to stdout')
    .addHelpText(
      'after',
      `
Files that are present with the right hash are not downloaded again, so an interrupted run continues.

Examples:
  routellm data fetch --output benchmark-data
  routellm evaluate --benchmark mmlu --routers mf --data benchmark-data`,
    )
    .action(async (_options: unknown, command: Command) =>
      fetchData(command.optsWithGlobals<FetchFlags>(), context),
    )
}

async function fetchData(
  { output, baseUrl, json }: FetchFlags,
  { terminal, folder, interrupted }: CommandContext,
): Promise<void> {
  const problem = findBaseUrlProblem(baseUrl)
  if (problem !== null)
    throw new InvalidRequestError(
      'bad-base-url',
      `--base-url ${JSON.stringify(redactUrl(baseUrl))} ${problem}`,
      { param: '--base-url' },
    )
  const { downloadVerified } = await import('../../../../base/files/verified-download.ts')
  const { upstreamBenchmarkFiles: files } = await import(
    '../../../../learning/evaluation/benchmarks/upstream-files.ts'
  )
  const target = resolve(folder, output)
  const progress = createProgress(terminal, 'fetching', files.length)
  try {
    const { downloaded, alreadyThere } = await downloadVerified({
      baseUrl,
      folder: target,
      files,
      signal: interrupted,
      onFile: (done) => progress.update(done),
    })
    progress.stop()
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    if (json === true)
      terminal.result(
        JSON.stringify({ output: target, files: files.length, downloaded, alreadyThere, bytes }),
      )
    terminal.note(
      `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, all with the right hash: ${target} (${downloaded} downloaded, ${alreadyThere} already there)`,
    )
    const next = ['routellm', 'evaluate', '--benchmark', 'mmlu', '--routers', 'mf', '--data', output]
    terminal.note(`Next:\n  ${toCommandLineText(next)}`)
  } finally {
    progress.stop()
  }
}
