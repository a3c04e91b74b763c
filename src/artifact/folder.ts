import { basename, dirname, join, resolve } from 'node:path'

/** The two files of a router artifact. */
export const manifestFile = 'router.json'
export const weightsFile = 'weights.safetensors'

/** Where a save puts the artifact that it replaces, for the instant until the new one stands in its place. */
export function previousFolder(folder: string): string {
  return join(dirname(resolve(folder)), `.${basename(resolve(folder))}.previous`)
}
