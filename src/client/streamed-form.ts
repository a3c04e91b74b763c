import { plainHeaders, type RequestOptions } from './request-options.ts'

/** Paths whose form names a model. Files and parts of uploads name none, so they are streamed. */
const formsWithModel =
  /^\/(?:audio\/(?:transcriptions|translations)|images\/(?:edits|variations)|videos)(?:$|[/?])/

/**
 * The base class streams a form with a file that is a stream, so the model that it names cannot be read. Such a form is
 * read into memory if the path takes a model; the whole file is then in memory once. Every other request stays as it is.
 */
export async function withReadableForm(options: RequestOptions): Promise<RequestOptions> {
  const { path, body, headers } = options
  if (!(body instanceof ReadableStream) || !formsWithModel.test(path)) return options
  const given = plainHeaders(headers)
  const contentType = given.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  if (contentType === undefined || !/^multipart\/form-data\b/i.test(contentType ?? '')) return options
  const form = await new Response(body, { headers: { 'content-type': contentType ?? '' } }).formData()
  // The form gets a boundary of its own.
  const others = given.filter(([name]) => name.toLowerCase() !== 'content-type')
  return { ...options, body: form, headers: Object.fromEntries(others) }
}
