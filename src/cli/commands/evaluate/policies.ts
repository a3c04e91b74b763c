import { InvalidRequestError } from '../../../errors.ts'
import { isBenchmarkFile } from '../../../learning/evaluation/benchmarks/registry.ts'
import type { CommandContext } from '../../terminal/terminal.ts'
import { comparePolicies } from '../policies/compare/command.ts'

export type PolicyFlags = {
  readonly benchmark: readonly string[]
  /** `all` is every policy of the configuration, and `auto`. */
  readonly policies: readonly string[]
  readonly output?: string
  readonly seed: number
  readonly samples: number
  readonly config?: string
  readonly json?: true
  /** On unless it is turned off. */
  readonly cache?: boolean
}

/** What of the options of the command a measurement of policies takes. */
const taken = new Set(['benchmark', 'policies', 'output', 'seed', 'samples', 'config', 'json'])

/**
 * Measures configured policies on outcomes, as `routellm policies compare --labels` does.
 *
 * @throws InvalidRequestError `option-without-use` for an option that is about routers, `policies-need-outcomes` for a
 *   benchmark that is no file.
 */
export async function evaluatePolicies(flags: PolicyFlags, context: CommandContext): Promise<void> {
  const { benchmark, policies, output, seed, samples, config, json } = flags
  const given = Object.entries(flags).filter(([name, value]) => name !== 'cache' || value === false)
  const other = given.map(([name]) => name).find((name) => !taken.has(name))
  if (other !== undefined) {
    const option =
      other === 'cache'
        ? '--no-cache'
        : `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    throw new InvalidRequestError(
      'option-without-use',
      `${option} has no effect on policies: --policies measures them with the models, prices and routers of the configuration`,
      { param: option },
    )
  }
  const named = benchmark.find((name) => !isBenchmarkFile(name))
  if (named !== undefined)
    throw new InvalidRequestError(
      'policies-need-outcomes',
      `--benchmark ${named}: policies are measured on files of outcomes, which score every candidate of theirs; write ./${named} if it is a file`,
      { param: '--benchmark' },
    )
  await comparePolicies(
    {
      labels: benchmark,
      ...(policies.includes('all') ? {} : { policies }),
      seed,
      resamples: samples,
      ...(output !== undefined && { output }),
      ...(config !== undefined && { config }),
      ...(json !== undefined && { json }),
    },
    context,
  )
}
