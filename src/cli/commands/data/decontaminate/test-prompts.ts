import { resolve } from 'node:path'
import { InvalidRequestError } from '../../../../errors.ts'
import type { TestPrompt } from '../../../../learning/datasets/decontaminate/contamination.ts'
import { dataFile } from '../../../setup/data-file.ts'
import type { CommandContext } from '../../../terminal/terminal.ts'

/** The prompts of files and benchmarks, those included that upstream takes out as contaminated. */
export async function readTestPrompts(
  flags: {
    readonly against?: readonly string[]
    readonly benchmarks?: readonly string[]
    readonly data?: string
  },
  context: CommandContext,
): Promise<TestPrompt[]> {
  const { readRows } = await import('../../../../learning/formats/read-rows.ts')
  const { promptOfRow } = await import('../../../../learning/rows/forms.ts')
  const { parseRow } = await import('../../../../learning/formats/row.ts')
  const prompts: TestPrompt[] = []
  for (const given of flags.against ?? [])
    for await (const { value, place } of readRows(await dataFile(given, context)))
      prompts.push({ prompt: promptOfRow(parseRow(value, place), place), place })
  for (const name of flags.benchmarks ?? [])
    prompts.push(...(await benchmarkPrompts(name, flags.data, context)))
  return prompts
}

async function benchmarkPrompts(
  name: string,
  data: string | undefined,
  { folder, environment }: CommandContext,
): Promise<TestPrompt[]> {
  const { benchmarkNames, loadBenchmark } = await import(
    '../../../../learning/evaluation/benchmarks/registry.ts'
  )
  if (!benchmarkNames.includes(name))
    throw new InvalidRequestError(
      'unknown-benchmark',
      `There is no benchmark ${JSON.stringify(name)}. Give ${benchmarkNames.join(', ')}; a file goes to --against.`,
      { param: '--benchmarks' },
    )
  const given = data ?? environment.dataFolder
  const { rows, contaminated } = await loadBenchmark(name, {
    ...(given !== undefined && { dataFolder: resolve(folder, given) }),
  })
  return [...rows, ...contaminated].map(({ prompt }, index) => ({
    prompt,
    place: `${name} prompt ${index + 1}`,
  }))
}
