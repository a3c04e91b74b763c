import { Buffer } from 'node:buffer'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import type { ParsedRequest } from '../protocol.ts'
import { parseModel } from '../wire/request-object.ts'
import { readFormFields } from './multipart-form.ts'

/** A form of which only the model and `stream` are read. @throws InvalidRequestError that names the field at fault. */
export function parseMultipartRequest(body: Buffer): ParsedRequest {
  const fields = readFormFields(body, ['model', 'stream'])
  const model = fields.get('model')?.text
  const stream = fields.get('stream')?.text === 'true'
  const json = { ...(model !== undefined && { model }), stream }
  return { model: parseModel(json), messages: null, stream, body: json, needs: noNeeds }
}

/** The form with another model, every other byte as it was. @param body one that `parseMultipartRequest` accepted. */
export function replaceFormModel(body: Buffer, model: string): Buffer {
  const field = readFormFields(body, ['model']).get('model')
  if (field === undefined) return body
  const { from, to } = field.place
  return Buffer.concat([body.subarray(0, from), Buffer.from(model), body.subarray(to)])
}
