import type { Config } from '../../../../config/config.ts'
import { InvalidRequestError, RouteLLMError } from '../../../../errors.ts'
import { parseVersion } from '../../../../jobs/difference/open-version.ts'
import { findLearnedPolicy } from '../../../../jobs/learn/in-service.ts'
import type {
  DifferenceActions,
  DifferenceAsked,
} from '../../../../server/admin/actions/difference-actions.ts'
import type { StoreReader } from '../../../../store/reader/store-reader.ts'
import { isRouter } from '../../../../store/records/versions.ts'
import type { runOwnCommand } from '../background/own-command.ts'
import { createCommandRuns } from './command-runs.ts'

export type DifferenceActionsParts = {
  readonly reader: Pick<StoreReader, 'read'>
  /** What is served now; its `source` is a file. */
  readonly config: () => Config
  readonly run?: typeof runOwnCommand
}

/** @returns the actions, and `close`, which ends the run. */
export function createDifferenceActions({
  reader,
  config,
  run,
}: DifferenceActionsParts): DifferenceActions & { close(): Promise<void> } {
  const runs = createCommandRuns<DifferenceAsked>(run)

  /** The names that `from` and `to` can have. A path is none of them: the command would read it. */
  async function findNames(policy: string, recorded: string | null): Promise<ReadonlySet<string>> {
    const { routers, lock } = config()
    const policies = new Set([policy, ...(recorded === null ? [] : [recorded, 'auto'])])
    const versions = await Promise.all([...policies].map((each) => reader.read('versions', { policy: each })))
    const locked = (lock?.routes ?? []).flatMap(({ serving, canary }) => [serving, canary])
    return new Set([
      ...['serving', 'configured', 'canary'],
      ...routers.map(({ name }) => name),
      ...locked.flatMap((each) => each?.router ?? []),
      ...versions.flat().flatMap((version) => (isRouter(version.locked) ? version.locked.router : [])),
    ])
  }

  return {
    async start(asked) {
      const { policy, from, to, limit } = asked
      const { recorded } = findLearnedPolicy(policy, config())
      const names = await findNames(policy, recorded)
      for (const param of ['from', 'to'] as const)
        if (!names.has(parseVersion(asked[param]).name)) throw unknownRouter(asked[param], policy, param)
      const options = ['--policy', policy, '--limit', String(limit), '--config', config().source, '--json']
      const started = runs.start(asked, ['policies', 'difference', ...options, '--', from, to])
      if (started !== null) return started
      throw new RouteLLMError(
        'difference-running',
        'Two versions are being compared already. Wait for the end, or cancel it.',
        { status: 409 },
      )
    },
    current: runs.current,
    cancel: runs.cancel,
    async close() {
      await runs.cancel()
    },
  }
}

function unknownRouter(version: string, policy: string, param: string): InvalidRequestError {
  return new InvalidRequestError(
    'unknown-router',
    `${JSON.stringify(version.slice(0, 100))} is no version of ${policy}: choose serving, configured, canary, or a router that is configured or was in service. \`routellm policies difference\` compares folders too.`,
    { param },
  )
}
