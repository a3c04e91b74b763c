import { resolve } from 'node:path'
import { InvalidRequestError } from '../../errors.ts'
import type { TestPrompt } from '../../learning/datasets/decontaminate/contamination.ts'
import { benchmarkNames, loadBenchmark } from '../../learning/evaluation/benchmarks/registry.ts'
import { readRows } from '../../learning/formats/read-rows.ts'
import { parseRow } from '../../learning/formats/row.ts'
import { promptOfRow } from '../../learning/rows/forms.ts'
import type { JobContext } from '../job.ts'
import { findDataFile, type Workspace } from '../workspace.ts'

/** Reads the prompts of files and benchmarks, including those that upstream removes as contaminated. */
export async function readTestPrompts(
  {
    against = [],
    benchmarks = [],
    data,
  }: {
    readonly against?: readonly string[]
    readonly benchmarks?: readonly string[]
    readonly data?: string
  },
  { workspace, signal }: Pick<JobContext, 'workspace' | 'signal'>,
): Promise<TestPrompt[]> {
  const prompts: TestPrompt[] = []
  for (const name of against)
    for await (const { value, place } of readRows(await findDataFile(name, workspace), { signal }))
      prompts.push({ prompt: promptOfRow(parseRow(value, place), place), place })
  for (const name of benchmarks) prompts.push(...(await readBenchmarkPrompts(name, data, workspace)))
  return prompts
}

async function readBenchmarkPrompts(
  name: string,
  data: string | undefined,
  { folder, dataFolder }: Workspace,
): Promise<TestPrompt[]> {
  if (!benchmarkNames.includes(name))
    throw new InvalidRequestError(
      'unknown-benchmark',
      `There is no benchmark ${JSON.stringify(name)}. Give ${benchmarkNames.join(', ')}; a file goes to --against.`,
      { param: '--benchmarks' },
    )
  const given = data ?? dataFolder
  const { rows, contaminated } = await loadBenchmark(name, {
    ...(given !== undefined && { dataFolder: resolve(folder, given) }),
  })
  return [...rows, ...contaminated].map(({ prompt }, index) => ({
    prompt,
    place: `${name} prompt ${index + 1}`,
  }))
}
