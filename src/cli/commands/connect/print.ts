import type { Check } from './check.ts'
import { editSettings } from './settings/edit-settings.ts'
import type { EnvironmentVariable, GatewayPoint, Tool } from './tools/tool.ts'

/** The settings as a file that holds nothing else; '' for a tool without a file. */
export function formatSettings({ settings, title }: Tool, gateway: GatewayPoint): string {
  return settings === null ? '' : editSettings(settings.format, '', settings.rules(gateway), title).trimEnd()
}

/** As a shell sets it. */
export function formatExport({ name, value }: EnvironmentVariable): string {
  return `export ${name}=${/^[\w./:-]+$/.test(value) ? value : `"${value}"`}`
}

/** What is to be done and known besides the settings, a line each. */
export function stepLines(
  tool: Tool,
  gateway: GatewayPoint,
  variables: Readonly<Record<string, string | undefined>>,
) {
  const environment = tool.settings === null ? [] : tool.environment(gateway)
  const inTheWay = tool.overriddenBy.filter((name) => (variables[name] ?? '') !== '')
  return [
    ...environment.map((variable) => `Start ${tool.title} with: ${formatExport(variable)}`),
    ...tool.notes(gateway),
    ...inTheWay.map(
      (name) => `The environment variable ${name} is set and goes before these settings: unset ${name}`,
    ),
  ]
}

/** The lines about a check that went well. */
export function checkLines({ url, status, decision, requestId }: Check): string[] {
  if (decision === null) return []
  const rows: (readonly [string, string | number | null])[] = [
    ['request', `POST ${url}, answered ${status} and complete`],
    ['model', decision.model],
    ['policy', decision.policy],
    ['router', decision.router],
    ['strong win rate', decision.strongWinRate],
    ['threshold', decision.threshold],
    ['fallback', decision.fallback],
    ['decided after', decision.overheadMs === null ? null : `${decision.overheadMs} ms`],
    ['request id', requestId],
  ]
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${`${name}:`.padEnd(17)} ${value}`]))
}
