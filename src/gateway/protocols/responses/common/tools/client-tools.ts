import type { CommonTool } from '../../../common/common-request.ts'
import { booleanOf, isObject, type JsonObject, listOf, textOf } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import { unread } from '../request/unread.ts'
import { unsupportedTools } from '../request/unsupported.ts'
import { createToolNames } from './tool-names.ts'

/** A tool of the client, and how a call of it is written in its protocol. */
export type ClientTool = {
  readonly kind: 'function' | 'custom' | 'tool-search'
  readonly name: string
  readonly namespace: string | null
}

/** The tools that a client of Responses offers, each as a function with a name of its own. */
export type ClientTools = {
  readonly tools: readonly CommonTool[]
  /** The function's name for a tool; also for one that the request does not offer any more. */
  commonName(name: string, namespace: string | null): string
  /** The client's tool of a function's name; null if it offers none. */
  find(commonName: string): ClientTool | null
}

/**
 * Reads the tools of a request. A custom tool, whose input is free text, becomes a function with one text `input`; a tool of
 * a namespace a function with both names; a tool search that the client runs a function too. The reader of a request and the
 * writer of its reply both call this, so that names are found again. Cost: linear in the size of the tools.
 */
export function readClientTools(body: JsonObject, losses: LossList): ClientTools {
  const names = createToolNames()
  const tools: CommonTool[] = []
  const byName = new Map<string, ClientTool>()

  function addTool(tool: ClientTool, read: Omit<CommonTool, 'name'>): void {
    const name = names.add(tool.name, tool.namespace)
    if (name === null) return // offered twice
    byName.set(name, tool)
    tools.push({ name, ...read })
  }

  function read(tool: unknown, path: string, namespace: string | null): void {
    if (!isObject(tool)) {
      losses.add(path, 'refused', 'a tool is an object')
      return
    }
    const type = textOf(tool.type) ?? ''
    const name = textOf(tool.name) ?? ''
    if (type === 'namespace' && namespace === null) {
      if (tool.description !== undefined) report(losses, unread.namespace, `${path}.description`)
      for (const [index, inner] of listOf(tool.tools).entries()) read(inner, `${path}.tools[${index}]`, name)
    } else if ((type === 'function' || type === 'custom') && name === '') {
      losses.add(path, 'refused', 'the tool has no name')
    } else if (type === 'function') {
      noteOptions(tool, path, losses)
      addTool(
        { kind: 'function', name, namespace },
        {
          description: textOf(tool.description),
          parameters: tool.parameters ?? noParameters,
          strict: booleanOf(tool.strict),
        },
      )
    } else if (type === 'custom') {
      noteOptions(tool, path, losses)
      addTool({ kind: 'custom', name, namespace }, readCustomTool(tool, path, losses))
    } else if (type === 'tool_search') {
      // Run by the provider, it finds tools that the request holds back; all of them are offered instead.
      if (tool.execution !== 'client') return
      addTool(
        { kind: 'tool-search', name: 'tool_search', namespace: null },
        { description: textOf(tool.description), parameters: tool.parameters ?? noParameters, strict: null },
      )
    } else noteUnsupported(type, path, losses)
  }

  for (const [index, tool] of listOf(body.tools).entries()) read(tool, `tools[${index}]`, null)
  for (const [index, item] of listOf(body.input).entries()) {
    if (!isObject(item) || (item.type !== 'additional_tools' && item.type !== 'tool_search_output')) continue
    for (const [at, tool] of listOf(item.tools).entries()) read(tool, `input[${index}].tools[${at}]`, null)
  }
  return { tools, commonName: names.find, find: (name) => byName.get(name) ?? null }
}

const noParameters = { type: 'object', properties: {} }

function readCustomTool(tool: JsonObject, path: string, losses: LossList): Omit<CommonTool, 'name'> {
  const format = isObject(tool.format) && tool.format.type === 'grammar' ? tool.format : null
  const description = textOf(tool.description)
  if (format !== null) report(losses, unread.grammar, `${path}.format`)
  const grammar =
    format === null
      ? null
      : `The input follows this ${textOf(format.syntax) ?? ''} grammar:\n${textOf(format.definition) ?? ''}`
  return {
    description: [description, grammar].filter((text) => text !== null).join('\n\n') || null,
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool, as text.' } },
      required: ['input'],
      additionalProperties: false,
    },
    strict: null,
  }
}

function noteOptions(tool: JsonObject, path: string, losses: LossList): void {
  for (const key of ['allowed_callers', 'async', 'output_schema'])
    if (tool[key] !== undefined && tool[key] !== null && tool[key] !== false)
      report(losses, unread.functionOption, `${path}.${key}`)
}

function noteUnsupported(type: string, path: string, losses: LossList): void {
  const known = unsupportedTools.find((tool) => tool.field === type)
  if (known === undefined)
    losses.add(path, 'refused', `the kind of tool ${JSON.stringify(type)} is not known`)
  else losses.add(path, known.kind, known.why)
}
