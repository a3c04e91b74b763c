import { type Asked, type Json, joinTexts, toList, toObject } from './asked.ts'

/** Source: Anthropic's API reference, "Create a Message". */
export function readMessages(body: Json): Asked {
  const messages = toList(body.messages)
  const blocks = (role: string) =>
    messages
      .filter((message) => message.role === role)
      .flatMap(({ content }) =>
        typeof content === 'string' ? [{ type: 'text', text: content } as Json] : toList(content),
      )
  const shown = blocks('user').flatMap((block) =>
    block.type === 'tool_result' ? toList(block.content) : [block],
  )
  const source = toObject(shown.find(({ type }) => type === 'image')?.source)
  const results = blocks('user').filter(({ type }) => type === 'tool_result')
  const format = toObject(toObject(body.output_config).format)
  const choice = toObject(body.tool_choice)
  return {
    text: blocks('user')
      .map(({ text }) => (typeof text === 'string' ? text : ''))
      .join('\n'),
    picture:
      source.type === 'base64' ? { mediaType: String(source.media_type), base64: String(source.data) } : null,
    tools: toList(body.tools).map(({ name }) => String(name)),
    forcedTool: choice.type === 'tool' ? String(choice.name) : choice.type === 'any' ? '*' : null,
    results: results.map(({ content }) => joinTexts(content)),
    callIds: blocks('assistant')
      .filter(({ type }) => type === 'tool_use')
      .map(({ id }) => String(id)),
    resultIds: results.map(({ tool_use_id: id }) => String(id)),
    schema: format.type === 'json_schema' ? (format.schema ?? null) : null,
    stream: body.stream === true,
  }
}
