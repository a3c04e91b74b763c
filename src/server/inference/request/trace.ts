import type { IncomingHttpHeaders } from 'node:http'
import type { RequestTrace } from '../../../gateway/request-record.ts'

/** The part of a request's headers that says of which span it is a part, and the model's name that it asks for. */
export function toTrace(model: string, { traceparent, tracestate }: IncomingHttpHeaders): RequestTrace {
  return {
    model,
    headers: {
      ...(typeof traceparent === 'string' && { traceparent }),
      ...(typeof tracestate === 'string' && { tracestate }),
    },
  }
}
