import { rethrow } from '../../../base/concurrency/optional-import.ts'
import type { Config } from '../../../config/config.ts'
import { loadCustomMetrics } from '../serve/background/load-custom-metrics.ts'
import type { Check } from './check.ts'

/** Whether what the configuration says of traces, alerts and the user's own metrics can work here. */
export async function operationsChecks(
  { telemetry, alerts, metrics }: Config,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Check[]> {
  return [
    ...(telemetry.openTelemetry ? [await tracesCheck()] : []),
    ...(alerts?.webhooks ?? []).map(({ url, secretEnv }) =>
      secretCheck(new URL(url).host, secretEnv, variables),
    ),
    ...(metrics.module === undefined ? [] : [await moduleCheck(metrics.module)]),
  ]
}

async function tracesCheck(): Promise<Check> {
  const name = 'traces'
  try {
    await import(/* webpackIgnore: true */ '@opentelemetry/api').catch(rethrow)
    return {
      name,
      status: 'ok',
      detail: '@opentelemetry/api is installed; start the server with your SDK: node --import ./otel.mjs',
    }
  } catch {
    return {
      name,
      status: 'failed',
      detail: 'telemetry.openTelemetry is true, and @opentelemetry/api is not installed',
      remedy: 'npm install @opentelemetry/api',
    }
  }
}

function secretCheck(
  host: string,
  variable: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): Check {
  const name = `webhook of ${host}`
  if (variable === undefined)
    return {
      name,
      status: 'warning',
      detail: 'its deliveries are not signed, so the receiver cannot tell who sends them',
      remedy: 'Give it a secretEnv.',
    }
  return (variables[variable] ?? '') === ''
    ? { name, status: 'failed', detail: `${variable} is not set`, remedy: `export ${variable}=…` }
    : { name, status: 'ok', detail: `signed with ${variable}` }
}

async function moduleCheck(module: string): Promise<Check> {
  const name = 'metrics module'
  try {
    const custom = await loadCustomMetrics({ module })
    const names = (custom?.metrics ?? []).map((metric) => metric.name)
    return { name, status: 'ok', detail: `${module}: ${names.join(', ')}` }
  } catch (error) {
    return { name, status: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}
