import { resolve } from 'node:path'
import { InvalidRequestError } from '../../../errors.ts'
import type { ServerLog } from '../../../server/inference/exchange-context.ts'
import type { RequestLog } from '../../../server/request-log/request-log.ts'
import type { ServeFlags } from './serve-flags.ts'

/** The log of `--request-log`; undefined without it. */
export async function openServedLog(
  flags: ServeFlags,
  folder: string,
  log: ServerLog,
): Promise<RequestLog | undefined> {
  if (flags.requestLog === undefined) {
    if (flags.requestLogText === undefined) return undefined
    throw new InvalidRequestError(
      'request-log-text-without-log',
      '--request-log-text needs a file: add --request-log requests.jsonl',
      { param: '--request-log-text' },
    )
  }
  const { openRequestLog } = await import('../../../server/request-log/request-log.ts')
  return openRequestLog({
    path: resolve(folder, flags.requestLog),
    withText: flags.requestLogText === true,
    maxBytes: flags.requestLogMaxMb * 1e6,
    maxAgeMs: flags.requestLogMaxDays * 86_400_000,
    log,
  })
}
