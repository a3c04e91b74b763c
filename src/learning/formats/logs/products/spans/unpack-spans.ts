import type { Row } from '../../../row.ts'
import { coerceList, coerceObject, coerceObjects } from '../../cells/coerce.ts'
import { pairsOf } from './attributes.ts'

const packs: readonly (readonly [resources: string, scopes: readonly string[], spans: string])[] = [
  ['resourceSpans', ['scopeSpans', 'instrumentationLibrarySpans'], 'spans'],
  ['resource_spans', ['scope_spans', 'instrumentation_library_spans'], 'spans'],
  ['resourceLogs', ['scopeLogs'], 'logRecords'],
  ['resource_logs', ['scope_logs'], 'log_records'],
]

/** Whether a row is a pack of spans: a request of OTLP, as the collector's file exporter writes one a line, or a trace. */
export function isSpanPack(row: Row): boolean {
  return packs.some(([resources]) => resources in row) || spansOfTrace(row) !== undefined
}

/**
 * The spans of a pack: OTLP's `resourceSpans` or `resourceLogs`, a resource of these, or a trace of Jaeger or another tool
 * with its `spans`. Each span gets the name of its service as `service`. A row that is no pack is one span.
 */
export function unpackSpans(row: Row): readonly Row[] {
  for (const [resources, scopes, spans] of packs) {
    const list = coerceList(row[resources]) ?? (scopes.some((scope) => scope in row) ? [row] : undefined)
    if (list !== undefined)
      return list.flatMap((resource) => spansOfResource(coerceObject(resource) ?? {}, scopes, spans))
  }
  return spansOfTrace(row) ?? [row]
}

function spansOfResource(resource: Row, scopes: readonly string[], spans: string): readonly Row[] {
  const service = new Map(pairsOf(coerceObject(resource.resource)?.attributes)).get('service.name')
  return scopes.flatMap((scope) =>
    (coerceList(resource[scope]) ?? []).flatMap((each) =>
      (coerceList(coerceObject(each)?.[spans]) ?? []).flatMap((span) => {
        const object = coerceObject(span)
        return object === undefined ? [] : [{ ...object, ...(service !== undefined && { service }) }]
      }),
    ),
  )
}

function spansOfTrace(row: Row): readonly Row[] | undefined {
  const spans = coerceObjects(row.spans)
  const isTrace = spans?.some((span) =>
    ['attributes', 'tags', 'spanId', 'span_id', 'spanID'].some((name) => name in span),
  )
  return isTrace === true ? spans : undefined
}
