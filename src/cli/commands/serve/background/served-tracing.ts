import type { TelemetryConfig } from '../../../../config/config.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'
import type { DescribeModel } from '../../../../server/operations/tracing/request-spans.ts'
import type { Tracing } from '../../../../server/operations/tracing/tracing.ts'

/**
 * The traces of the configuration; null if it asks for none, and then nothing is loaded.
 *
 * @throws MissingPackageError if the package is not installed.
 */
export async function openServedTracing(
  { openTelemetry, text }: TelemetryConfig,
  describeModel: DescribeModel,
  log: ServerLog,
): Promise<Tracing | null> {
  if (!openTelemetry) return null
  const { openTracing } = await import('../../../../server/operations/tracing/tracing.ts')
  const tracing = await openTracing({ text, describeModel })
  if (!tracing.isRegistered)
    log.warn(
      {},
      'no OpenTelemetry SDK is registered, so spans go nowhere: start with node --import ./otel.mjs',
    )
  return tracing
}
