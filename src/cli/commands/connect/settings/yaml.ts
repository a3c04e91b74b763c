import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import { findYamlStyle } from '../../../../config/yaml/yaml-style.ts'
import { findPlace, type SettingEdit } from './setting-edit.ts'
import { lineBreakOf, type SettingsFormat } from './settings-format.ts'

/** YAML with its comments and blank lines. Indentation and quotes are kept if the file uses one style throughout. */
export const yaml: SettingsFormat = {
  name: 'YAML',
  parse: (text) => readDocument(text).toJS() ?? {},
  edit(text, edits) {
    const style = findYamlStyle(text)
    const document = readDocument(text)
    for (const edit of edits) editOnce(document, edit)
    const edited = document.toString(style)
    return lineBreakOf(text) === '\r\n' ? edited.replaceAll('\n', '\r\n') : edited
  },
}

function editOnce(document: Document, edit: SettingEdit): void {
  const list = document.getIn(edit.path)
  if (edit.kind === 'set' || !isSeq(list)) {
    document.setIn(edit.path, document.createNode(edit.kind === 'set' ? edit.value : [edit.entry]))
    return
  }
  const entries = list.items.map((item) => (isMap(item) ? item.toJS(document) : item))
  list.set(findPlace(entries, edit.by, edit.entry), document.createNode(edit.entry))
}

function readDocument(text: string) {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) throw new SyntaxError(error.message)
  return document
}
