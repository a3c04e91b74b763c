import { Document, isMap, parseDocument } from 'yaml'
import type { ClientKey } from '../config.ts'
import { findYamlStyle } from '../yaml/yaml-style.ts'
import type { KeyFile } from './key-file.ts'
import { parseKeyFile } from './read-key-file.ts'

/** One change of a key file: an entry that is new or changed, or one that is removed. */
export type KeyFileEdit =
  | { readonly kind: 'set'; readonly key: ClientKey }
  | { readonly kind: 'remove'; readonly name: string }

const heading =
  ' Keys of clients, as `keys` of routellm.yaml, with HMACs only. The page of `routellm serve` writes them; a running server follows this file.'

/**
 * The text of the file after an edit. Comments, the order and the form of what stays are kept. If the text is of a form in
 * which that cannot be done, such as entries that share an anchor, the file is written anew, without its comments.
 */
export function editKeyFile(before: Pick<KeyFile, 'file' | 'keys' | 'text'>, edit: KeyFileEdit): string {
  const keys = editKeys(before.keys, edit)
  const edited = before.text.trim() === '' ? null : editText(before.text, edit)
  return edited !== null && hasKeys(edited, before.file, keys) ? edited : formatKeyFile(keys)
}

/** The keys after an edit; a changed one keeps its place. */
export function editKeys(keys: readonly ClientKey[], edit: KeyFileEdit): readonly ClientKey[] {
  if (edit.kind === 'remove') return keys.filter(({ name }) => name !== edit.name)
  const isKnown = keys.some(({ name }) => name === edit.key.name)
  return isKnown ? keys.map((key) => (key.name === edit.key.name ? edit.key : key)) : [...keys, edit.key]
}

function editText(text: string, edit: KeyFileEdit): string | null {
  try {
    const document = parseDocument(text)
    if (!isMap(document.get('keys'))) document.set('keys', document.createNode({}))
    if (edit.kind === 'remove') document.deleteIn(['keys', edit.name])
    else setEntry(document, edit.key)
    const edited = document.toString(findYamlStyle(text))
    return text.includes('\r\n') ? edited.replaceAll('\n', '\r\n') : edited
  } catch {
    return null
  }
}

/** Setting by setting, so that comments between them stay. */
function setEntry(document: Document, { name, ...settings }: ClientKey): void {
  const written = toWrittenKey(settings)
  const entry = document.getIn(['keys', name])
  if (!isMap(entry)) {
    document.setIn(['keys', name], document.createNode(written))
    return
  }
  for (const { key } of [...entry.items]) if (!Object.hasOwn(written, String(key))) entry.delete(key)
  for (const [setting, value] of Object.entries(written))
    if (JSON.stringify(toPlain(entry.get(setting), document)) !== JSON.stringify(value))
      entry.set(setting, Array.isArray(value) ? document.createNode(value) : value)
}

function toPlain(value: unknown, document: Document): unknown {
  return typeof value === 'object' && value !== null && 'toJS' in value && typeof value.toJS === 'function'
    ? value.toJS(document)
    : value
}

/** Without what is the default. */
function toWrittenKey({ pacing, ...settings }: Omit<ClientKey, 'name'>): Readonly<Record<string, unknown>> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  return Object.fromEntries(pacing ? given : [...given, ['pacing', false]])
}

function hasKeys(text: string, file: string, keys: readonly ClientKey[]): boolean {
  try {
    return toComparable(parseKeyFile(text, file).keys) === toComparable(keys)
  } catch {
    return false
  }
}

/** By name, because a mapping has no order of names that are numbers. */
function toComparable(keys: readonly ClientKey[]): string {
  const entries = keys.map((key) =>
    JSON.stringify(
      Object.entries(key)
        .filter(([, value]) => value !== undefined)
        .toSorted(byFirst),
    ),
  )
  return JSON.stringify(entries.toSorted())
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}

function formatKeyFile(keys: readonly ClientKey[]): string {
  const document = new Document({
    version: 1,
    keys: Object.fromEntries(keys.map(({ name, ...settings }) => [name, toWrittenKey(settings)])),
  })
  document.commentBefore = heading
  return document.toString({ lineWidth: 0 })
}
