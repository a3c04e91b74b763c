import { basename, dirname, resolve } from 'node:path'
import type { VerifierDependencies, VerifierSpec } from './load.ts'
import type { MeasuredVerifier } from './verifier.ts'

/** The verifier in a folder. Rejects as `loadVerifier`. */
export type LoadVerifier = (folder: string) => Promise<MeasuredVerifier>

/**
 * Loads the verifiers of a configuration, each folder once.
 *
 * @param source the configuration's file; folders are relative to it.
 */
export function createVerifierLoading(source: string, dependencies: VerifierDependencies): LoadVerifier {
  const loading = new Map<string, Promise<MeasuredVerifier>>()
  return (folder) => {
    const artifact = resolve(dirname(source), folder)
    const known = loading.get(artifact)
    if (known !== undefined) return known
    const verifier = load({ name: basename(artifact), artifact }, dependencies)
    loading.set(artifact, verifier)
    return verifier
  }
}

/** Imported only by a configuration that has a cascade. */
async function load(spec: VerifierSpec, dependencies: VerifierDependencies): Promise<MeasuredVerifier> {
  const { loadVerifier } = await import('./load.ts')
  return loadVerifier(spec, dependencies)
}
