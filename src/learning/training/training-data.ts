import { basename } from 'node:path'
import type { DataSource, RouterManifest } from '../../base/artifact/router-artifact.ts'
import { readFactsOfFiles } from '../../base/files/file-digest.ts'
import type { LoadPickPrompt } from '../../routing/prompts/pick-prompt.ts'
import { groupFiles, type PlacedRow, readRows } from '../formats/read-rows.ts'

/** Rows to train on, and what the artifact records of them. A file is one source of rows; a store can be another. */
export type TrainingData = {
  /** Identifies the data in errors. */
  readonly name: string
  /** Reads the rows from the first one on, at each call. May stop with the signal's reason when it aborts. */
  rows(signal?: AbortSignal): AsyncIterable<PlacedRow>
  /** What identifies exactly these rows. Called after they have been read. */
  provenance(signal?: AbortSignal): Promise<Provenance>
}

export type Provenance = Omit<DataSource, 'rows'> & {
  /**
   * The date of the data. The newest date of all data becomes the artifact's `created`, so equal data gives equal
   * bytes.
   */
  readonly modified: Date
}

/** What trainers accept: the path of a data file, or rows from elsewhere. */
export type TrainingInput = string | TrainingData

/**
 * The rows of a data file in any format of `readRows`, or of several files that are read as one.
 *
 * @param licence recorded in the artifact. Default: `unknown`.
 * @param loadPickPrompt as `readRows` takes it.
 */
export function fileData(
  file: string | readonly string[],
  licence = 'unknown',
  loadPickPrompt?: LoadPickPrompt,
): TrainingData {
  const files = [file].flat()
  const name = (nameOf: (file: string) => string) => files.map(nameOf).join(' and ')
  return {
    name: name(String),
    rows: (signal) => readRows(files, { signal, loadPickPrompt }),
    async provenance(signal) {
      return { name: name((each) => basename(each)), licence, ...(await readFactsOfFiles(files, signal)) }
    },
  }
}

/**
 * Files that hold one model's results each, or other parts of the results, become one source of rows (`groupFiles`).
 *
 * @param licences of the files by path; files that are read as one have that of the first.
 * @param loadPickPrompt as `readRows` takes it.
 */
export async function toTrainingData(
  inputs: readonly TrainingInput[],
  licences: Readonly<Record<string, string>> = {},
  loadPickPrompt?: LoadPickPrompt,
): Promise<readonly TrainingData[]> {
  const files = inputs.filter((input) => typeof input === 'string')
  const groups = [...(await groupFiles(files))]
  return inputs.flatMap((input) => {
    if (typeof input !== 'string') return [input]
    const at = groups.findIndex(([first]) => first === input)
    const [group] = at < 0 ? [] : groups.splice(at, 1)
    return group === undefined ? [] : [fileData(group, licences[input], loadPickPrompt)]
  })
}

/**
 * What a manifest records of the data that a router was trained on, and the date of the newest.
 *
 * @param rowsUsed of each of `data`, in the same order. @throws DataError `data-file-unreadable`.
 */
export async function describeData(
  data: readonly TrainingData[],
  rowsUsed: readonly number[],
  signal?: AbortSignal,
): Promise<Pick<RouterManifest, 'data' | 'created'>> {
  const known = await Promise.all(data.map((each) => each.provenance(signal)))
  const sources = known.map(
    ({ name, sha256, licence }, index): DataSource => ({ name, sha256, licence, rows: rowsUsed[index]! }),
  )
  const newest = Math.max(...known.map(({ modified }) => modified.getTime()))
  return { data: sources, created: new Date(newest).toISOString() }
}
