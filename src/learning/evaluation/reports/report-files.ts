import { basename, join } from 'node:path'
import { makeOutputFolder, type OpenOutput } from '../../../base/files/write-outputs.ts'
import { curvePng } from './curve-png.ts'
import { curveSvg } from './curve-svg.ts'
import type { EvaluationReport } from './report-sections.ts'

export type ReportFilesOptions = {
  /** Also write PNG files, which needs the optional package `@resvg/resvg-js`. */
  readonly png?: boolean
}

/**
 * Writes an evaluation into a folder, which is created if it is missing: `<benchmark>.json` (which `--not-worse-than`
 * reads), `<benchmark>.svg` (follows the reader's colour scheme), `-light.svg` and `-dark.svg`, and with `png` the last
 * two as PNG.
 *
 * @returns the paths written. Throws `MissingPackageError` before anything is written.
 */
export async function writeReportFiles(
  openOutput: OpenOutput,
  folder: string,
  evaluation: EvaluationReport,
  options: ReportFilesOptions = {},
): Promise<readonly string[]> {
  const name = reportName(evaluation.benchmark)
  const light = curveSvg(evaluation, { scheme: 'light' })
  const dark = curveSvg(evaluation, { scheme: 'dark' })
  const files: [string, string | Uint8Array][] = [
    [`${name}.json`, `${JSON.stringify(evaluation)}\n`],
    [`${name}.svg`, curveSvg(evaluation)],
    [`${name}-light.svg`, light],
    [`${name}-dark.svg`, dark],
  ]
  if (options.png)
    files.push([`${name}-light.png`, await curvePng(light)], [`${name}-dark.png`, await curvePng(dark)])
  await makeOutputFolder(folder)
  const written: string[] = []
  for (const [file, content] of files) {
    const output = await openOutput(join(folder, file))
    await output.write(content)
    written.push(output.path)
  }
  return written
}

/** A benchmark's name as a file name: a labelled file's without folder and extension. */
export function reportName(benchmark: string): string {
  const name = basename(benchmark).replace(/\.(jsonl|json|csv|parquet)?(\.gz)?$/i, '')
  return name.replace(/[^\w.-]+/g, '-') || 'benchmark'
}
