import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { ConfigError } from '../errors.ts'

/** A YAML text as values, with the line of each path for messages. */
export type YamlSource = {
  readonly value: unknown
  /** The line (from 1) of a path's key; of the nearest key above it if the key is not in the file. */
  lineOf(path: readonly PropertyKey[]): number | undefined
}

/** Throws `ConfigError` with the line if the text is not YAML or has a duplicate key. */
export function readYaml(text: string, source: string): YamlSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const error = document.errors[0]
  if (error !== undefined) {
    const line = lines.linePos(error.pos[0]).line
    throw new ConfigError('invalid-yaml', `${source}:${line}: not valid YAML: ${error.message}`)
  }
  return {
    value: plainValue(document, source),
    lineOf: (path) => {
      const offset = offsetOf(document.contents, path)
      return offset === undefined ? undefined : lines.linePos(offset).line
    },
  }
}

function plainValue(document: { toJS(): unknown }, source: string): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    // Aliases that expand without bound are refused by the parser only here.
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('invalid-yaml', `${source}: not valid YAML: ${reason}`, { cause })
  }
}

function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = contents
  let offset: number | undefined
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => keyText(item.key) === String(step))
      if (pair === undefined) break
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset ?? startOf(contents)
}

function keyText(key: unknown): string {
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(key)
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}
