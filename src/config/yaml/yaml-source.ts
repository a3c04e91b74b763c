import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml'
import { toDisplayText } from '../../base/text/display.ts'
import { ConfigError } from '../../errors.ts'

/** A YAML text as values, with the line of each path for messages. */
export type YamlSource = {
  readonly value: unknown
  /** The line (from 1) of a path's key; of the nearest key above it if the key is not in the file. */
  lineOf(path: readonly PropertyKey[]): number | undefined
}

/** Far more than any configuration has; they bound the work on a hostile one. */
const mostNodes = 100_000
const mostLevels = 64
/** Nobody reads more at once. */
const mostErrors = 20
/** Of a parser's message, which may quote the whole text. */
const mostOfMessage = 200

/**
 * Throws `ConfigError` `invalid-yaml` with the lines if the text is not YAML, has duplicate keys, or more values or levels
 * than a configuration can need. The work grows linearly with the text.
 */
export function readYaml(text: string, source: string): YamlSource {
  const lines = new LineCounter()
  const refuse = (message: string, offset?: number, cause?: unknown): ConfigError => {
    const place = offset === undefined ? source : `${source}:${lines.linePos(offset).line}`
    return new ConfigError('invalid-yaml', `${place}: not valid YAML: ${message}`, { cause })
  }
  const document = parseText(text, lines, refuse)
  const errors = document.errors
    .slice(0, mostErrors)
    .map(({ message, pos }) => refuse(toDisplayText(message, mostOfMessage), pos[0]).message)
  if (errors.length > 0) throw new ConfigError('invalid-yaml', errors.join('\n'))
  checkNodes(document.contents, refuse)
  return {
    value: plainValue(document, refuse),
    lineOf: (path) => {
      const offset = offsetOf(document.contents, path)
      return offset === undefined ? undefined : lines.linePos(offset).line
    },
  }
}

type Refuse = (message: string, offset?: number, cause?: unknown) => ConfigError

function parseText(text: string, lineCounter: LineCounter, refuse: Refuse): Document.Parsed {
  try {
    // The parser compares each key with all before it; `checkNodes` looks them up.
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' })
  } catch (cause) {
    throw refuse('it is nested too deeply', undefined, cause)
  }
}

/** Refuses duplicate keys, and more nodes or levels than the limits, without recursion. */
function checkNodes(contents: unknown, refuse: Refuse): void {
  const waiting: { readonly node: unknown; readonly level: number }[] = [{ node: contents, level: 0 }]
  let count = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, level } = next
    if (++count > mostNodes) throw refuse(`it has more than ${mostNodes} keys and values`)
    if (level > mostLevels) throw refuse(`it has more than ${mostLevels} levels`, startOf(node))
    if (isMap(node)) checkKeys(node.items, refuse)
    if (isMap(node) || isSeq(node))
      for (const item of node.items) waiting.push({ node: item, level: level + 1 })
    else if (isPair(node)) waiting.push({ node: node.key, level }, { node: node.value, level })
  }
}

function checkKeys(pairs: readonly { readonly key: unknown }[], refuse: Refuse): void {
  const seen = new Set<string>()
  for (const { key } of pairs) {
    if (!isScalar(key) && !isAlias(key) && key !== null) throw refuse('a key is not a text', startOf(key))
    const text = keyText(key)
    if (seen.has(text)) throw refuse(`Map keys must be unique: ${toDisplayText(text)}`, startOf(key))
    seen.add(text)
  }
}

function plainValue(document: Document.Parsed, refuse: Refuse): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    // Aliases that expand without bound are refused by the parser only here.
    throw refuse(cause instanceof Error ? cause.message : String(cause), undefined, cause)
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
