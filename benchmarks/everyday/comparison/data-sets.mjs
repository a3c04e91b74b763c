// The prompts on which routers are compared without models' answers: each has a side, hard or easy, and a group within which
// hard and easy ones are compared.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { project } from '../../../scripts/setup/project.mjs'

/**
 * @typedef {{ readonly prompt: string, readonly isHard: boolean, readonly group: string }} SidedPrompt
 * @typedef {{ readonly name: string, readonly isTestSet: boolean, readonly prompts: readonly SidedPrompt[] }} DataSet
 */

/** Lengths in characters, from the first up to below the second. Longer prompts are left out. */
const bands = [
  ['under 100', 0, 100],
  ['100 to 200', 100, 200],
  ['200 to 400', 200, 400],
  ['400 to 1,000', 400, 1000],
]

const readers = {
  /** Written for this project, in several languages; length says nothing about the side. A test set. */
  hand_written: (folder) =>
    readRows(folder, 'everyday/hand_written.jsonl').map(({ prompt, needs, language }) => ({
      prompt,
      isHard: needs === 'strong',
      group: language,
    })),
  /** Of UncommonRoute's four tiers the first against the last two; the second is left out. */
  everyday_tiers: (folder) =>
    readRows(folder, 'pool/everyday_tiers.jsonl.gz')
      .filter(({ tier }) => tier !== 'MEDIUM')
      .map(({ prompt, tier, language }) => ({ prompt, isHard: tier !== 'SIMPLE', group: language })),
  /** What the routers were trained on: only scores of fits that have not seen a prompt count. */
  corpus: () => {
    const corpus = join(project, 'recipes', 'everyday', 'corpus')
    return readdirSync(corpus)
      .sort()
      .flatMap((file) => readRows(corpus, file))
      .map(({ prompt, needs, language }) => ({ prompt, isHard: needs === 'strong', group: language }))
  },
  /** Prompts of arena-hard, chosen by others as hard, against a random sample of lmsys-chat-1m. A weak truth. */
  real: (folder) => {
    const rows = readRows(folder, 'training/unlabelled_prompts.jsonl.gz')
    return bands.flatMap(([group, from, below]) =>
      rows
        .filter(({ prompt }) => prompt.length >= from && prompt.length < below)
        .map(({ prompt, source }) => ({ prompt, isHard: !source.startsWith('lmsys'), group })),
    )
  },
}

/** The names of the data sets, in the order of the tables. */
export const dataSetNames = Object.keys(readers)

/** Never used for training or for a choice: scored once, after the choice is frozen. */
export const testSetNames = ['hand_written']

/** @param {string} folder has everyday/, pool/ and training/. @returns {DataSet} */
export function readDataSet(name, folder) {
  return { name, isTestSet: testSetNames.includes(name), prompts: readers[name](folder) }
}

function readRows(folder, path) {
  const bytes = readFileSync(join(folder, path))
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line)]))
}
