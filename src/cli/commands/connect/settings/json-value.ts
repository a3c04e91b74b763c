import { createScanner, findNodeAtLocation, getNodeValue, type Node, parseTree } from 'jsonc-parser'
import { findPlace, type SettingEdit, type SettingValue } from './setting-edit.ts'
import { lineBreakOf } from './settings-format.ts'

/**
 * The text of a JSON object with one edit made. Only the value itself changes, or one member is added at the end of an
 * object or list: the editor of jsonc-parser would format the members around it too, and move their comments.
 */
export function setJsonValue(text: string, edit: SettingEdit): string {
  const root = parseTree(text, [], { allowTrailingComma: true })
  if (root === undefined) throw new Error('not JSON')
  const { path, value } = locate(root, edit)
  const depth = path.findIndex((_, index) => findNodeAtLocation(root, path.slice(0, index + 1)) === undefined)
  const node = findNodeAtLocation(root, depth === -1 ? path : path.slice(0, depth))
  if (node === undefined) throw new Error('no place')
  const style: Style = { lineBreak: lineBreakOf(text), unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ' }
  if (depth === -1) {
    const lines = formatLines(value, indentAt(text, node.offset), style)
    return splice(text, node.offset, node.offset + node.length, lines)
  }
  // The keys below the one that is missing come with it.
  const member = path.slice(depth + 1).reduceRight<SettingValue>((inner, name) => ({ [name]: inner }), value)
  const name = path[depth]
  return addMember(text, node, typeof name === 'string' ? `${JSON.stringify(name)}: ` : '', member, style)
}

type Style = { readonly lineBreak: string; readonly unit: string }

function locate(root: Node, edit: SettingEdit): { path: (string | number)[]; value: SettingValue } {
  if (edit.kind === 'set') return { path: [...edit.path], value: edit.value }
  const node = findNodeAtLocation(root, [...edit.path])
  const list: unknown = node && getNodeValue(node)
  if (!Array.isArray(list)) return { path: [...edit.path], value: [edit.entry] }
  return { path: [...edit.path, findPlace(list, edit.by, edit.entry)], value: edit.entry }
}

/** @param name the key with its colon; '' in a list. */
function addMember(text: string, container: Node, name: string, value: SettingValue, style: Style): string {
  if (container.type !== 'object' && container.type !== 'array') throw new Error('no place for a member')
  const last = container.children?.at(-1)
  const close = container.offset + container.length - 1
  const outer = indentAt(text, container.offset)
  if (last === undefined) {
    const inner = outer + style.unit
    const before = text.slice(0, close).trimEnd()
    const member = `${style.lineBreak}${inner}${name}${formatLines(value, inner, style)}`
    return `${before}${member}${style.lineBreak}${outer}${text.slice(close)}`
  }
  const end = last.offset + last.length
  const comma = findComma(text, end, close)
  const indent = indentAt(text, last.offset)
  const member = `${name}${formatLines(value, indent, style)}${comma === null ? '' : ','}`
  const at = endOfLine(text, comma === null ? end : comma + 1, close)
  const lines = `${text.slice(end, at)}${style.lineBreak}${indent}${member}`
  const isOneLine = !text.slice(container.offset, last.offset).includes('\n')
  const added = isOneLine ? `${text.slice(end, at)} ${member}` : lines
  return splice(text, end, at, `${comma === null ? ',' : ''}${added}`)
}

/** The place of the comma after a member, among comments; null if there is none. */
function findComma(text: string, from: number, until: number): number | null {
  const scanner = createScanner(text.slice(from, until), true)
  scanner.scan()
  return scanner.getTokenValue() === ',' ? from + scanner.getTokenOffset() : null
}

/** The end of the line if nothing but a comment follows on it; else `from`. */
function endOfLine(text: string, from: number, until: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)?(?=\r?\n)/.exec(
    text.slice(from, until),
  )
  return from + (rest?.[0].length ?? 0)
}

function formatLines(value: SettingValue, indent: string, { lineBreak, unit }: Style): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', `${lineBreak}${indent}`)
}

/** The white space that the line of `offset` begins with. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

function splice(text: string, from: number, until: number, between: string): string {
  return text.slice(0, from) + between + text.slice(until)
}
