import { type Asked, type Json, joinTexts, parseDataUrl, toList, toObject } from './asked.ts'

/** Source: OpenAI's API reference, "Create chat completion". */
export function readChat(body: Json): Asked {
  const messages = toList(body.messages)
  const of = (role: string) => messages.filter((message) => message.role === role)
  const parts = of('user').flatMap(({ content }) => toList(content))
  const image = parts.find(({ type }) => type === 'image_url')
  const format = toObject(body.response_format)
  const calls = of('assistant').flatMap((message) => toList(message.tool_calls))
  return {
    text: of('user')
      .map(({ content }) => joinTexts(content))
      .join('\n'),
    picture: parseDataUrl(toObject(image?.image_url).url),
    tools: toList(body.tools).map((tool) => String(toObject(tool.function).name)),
    forcedTool: readChoice(body.tool_choice),
    results: of('tool').map(({ content }) => joinTexts(content)),
    callIds: calls.map(({ id }) => String(id)),
    resultIds: of('tool').map(({ tool_call_id: id }) => String(id)),
    schema: format.type === 'json_schema' ? (toObject(format.json_schema).schema ?? null) : null,
    stream: body.stream === true,
  }
}

function readChoice(choice: unknown): string | null {
  if (choice === 'required' || choice === 'any') return '*'
  const name = toObject(toObject(choice).function).name
  return typeof name === 'string' ? name : null
}
