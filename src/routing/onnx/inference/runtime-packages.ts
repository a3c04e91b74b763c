import { createRequire } from 'node:module'
import type { OptionalPackage } from '../../../base/settings/needs.ts'
import { MissingPackageError } from '../../../errors.ts'

/** The two packages, and the command that installs them. */
const inferencePackages = ['onnxruntime-node', '@huggingface/tokenizers'] as const
const installCommand = `npm install ${inferencePackages.join(' ')}`
/** Its install script fetches CUDA libraries from another host on Linux; the processor's build needs none. */
const skipCudaHint =
  'ONNXRUNTIME_NODE_INSTALL=skip before it leaves the CUDA download out, which nothing here needs'

/** The packages for `doctor`, with what they enable. */
export function inferenceNeeds(...unlocks: readonly string[]): readonly OptionalPackage[] {
  return inferencePackages.map((name) => ({
    name,
    unlocks,
    companions: inferencePackages.filter((other) => other !== name),
    remedy: `${installCommand} (${skipCudaHint})`,
  }))
}

export type RuntimePaths = { readonly runtimePath: string; readonly tokenizersPath: string }

/**
 * The places of the optional peers. This loads none of them.
 *
 * @throws MissingPackageError `missing-package` with the command that installs them.
 */
export function findInferencePackages(
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): RuntimePaths {
  const missing: string[] = []
  const [runtimePath = '', tokenizersPath = ''] = inferencePackages.map((name) => {
    try {
      return resolve(name)
    } catch {
      missing.push(name)
      return ''
    }
  })
  if (missing.length === 0) return { runtimePath, tokenizersPath }
  throw new MissingPackageError(
    'missing-package',
    `Transformers need the ${missing.length === 1 ? 'package' : 'packages'} ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed. Install with: ${installCommand} (${skipCudaHint}).`,
  )
}
