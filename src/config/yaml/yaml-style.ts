import { parseDocument } from 'yaml'

/** How a YAML text is written, so that an edit of it changes nothing else. */
export type YamlStyle = {
  readonly indent: number
  readonly indentSeq: boolean
  readonly lineWidth: 0
  readonly flowCollectionPadding: true
}

/** The first of these styles that writes the text as it is; the first of all if none does. */
export function findYamlStyle(text: string): YamlStyle {
  const unix = text.replaceAll('\r\n', '\n')
  const styles = [2, 4].flatMap((indent) =>
    [true, false].map(
      (indentSeq): YamlStyle => ({ indent, indentSeq, lineWidth: 0, flowCollectionPadding: true }),
    ),
  )
  return styles.find((style) => parseDocument(text).toString(style) === unix) ?? styles[0]!
}
