// One number per prompt, as results keep them: base64 of little-endian float32, with the hash of the prompts that they belong to.
import { createHash } from 'node:crypto'

/**
 * @typedef {{ readonly rows: number, readonly sha256: string, readonly numbers: string }} StoredNumbers
 *
 * @param {ArrayLike<number>} numbers
 * @param {readonly { readonly prompt: string }[]} prompts
 * @returns {StoredNumbers}
 */
export function storedNumbers(numbers, prompts) {
  const encoded = Buffer.from(Float32Array.from(numbers).buffer).toString('base64')
  return { rows: prompts.length, sha256: hashOfPrompts(prompts), numbers: encoded }
}

/**
 * @param {StoredNumbers} stored
 * @param {readonly { readonly prompt: string }[]} prompts
 * @param {string} file named if the numbers are of other prompts
 */
export function readStoredNumbers(stored, prompts, file) {
  if (stored.sha256 !== hashOfPrompts(prompts))
    throw new Error(
      `${file} has numbers of other prompts. Measure again; the program that wrote it is in benchmarks/everyday/.`,
    )
  const bytes = new Uint8Array(Buffer.from(stored.numbers, 'base64'))
  return Float64Array.from(new Float32Array(bytes.buffer))
}

function hashOfPrompts(prompts) {
  const hash = createHash('sha256')
  for (const { prompt } of prompts) hash.update(`${JSON.stringify(prompt)}\n`)
  return hash.digest('hex')
}
