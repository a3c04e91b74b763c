import { type Asked, type Json, joinTexts, parseDataUrl, toList, toObject } from './asked.ts'

/** Source: OpenAI's API reference, "Create a model response". */
export function readResponses(body: Json): Asked {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : toList(body.input)
  const said: Json[] = items.filter((item) => toObject(item).role === 'user')
  const of = (type: string): Json[] => items.filter((item) => toObject(item).type === type)
  const outputs = of('function_call_output').flatMap(({ output }) => toList(output))
  const parts = [...said.flatMap(({ content }) => toList(content)), ...outputs]
  const image = parts.find(({ type }) => type === 'input_image')
  const format = toObject(toObject(body.text).format)
  const choice = toObject(body.tool_choice)
  return {
    text: said.map(({ content }) => joinTexts(content)).join('\n'),
    picture: parseDataUrl(image?.image_url),
    tools: toList(body.tools).map(({ name }) => String(name)),
    forcedTool:
      body.tool_choice === 'required' ? '*' : choice.type === 'function' ? String(choice.name) : null,
    results: of('function_call_output').map(({ output }) => joinTexts(output)),
    callIds: of('function_call').map(({ call_id: id }) => String(id)),
    resultIds: of('function_call_output').map(({ call_id: id }) => String(id)),
    schema: format.type === 'json_schema' ? (format.schema ?? null) : null,
    stream: body.stream === true,
  }
}
