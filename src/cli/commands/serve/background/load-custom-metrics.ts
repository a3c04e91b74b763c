import { pathToFileURL } from 'node:url'
import type { MetricsConfig } from '../../../../config/config.ts'
import { ConfigError } from '../../../../errors.ts'
import {
  type CustomMetrics,
  createCustomMetrics,
} from '../../../../server/operations/metrics/custom/custom-metrics.ts'

/**
 * The metrics of the configuration's module; none without one.
 *
 * @throws ConfigError `bad-metrics-module` if it cannot be loaded, or exports something else.
 */
export async function loadCustomMetrics({ module }: MetricsConfig): Promise<CustomMetrics | null> {
  if (module === undefined) return null
  const exports: unknown = await import(pathToFileURL(module).href).catch((cause: unknown) => {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(
      'bad-metrics-module',
      `metrics.module: ${module} cannot be loaded: ${problem.split('\n')[0]?.replace(/ imported from .*$/s, '')}. Name a module that Node can import, relative to the configuration; examples/my-metrics.mjs is one.`,
      {
        param: 'metrics.module',
        cause,
      },
    )
  })
  return createCustomMetrics(exports, module)
}
