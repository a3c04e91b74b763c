/**
 * The table of docs/formats.md of the logs that are read.
 *
 * @param {readonly { readonly name: string, readonly documentation: { readonly writtenBy: string, readonly reads: string, readonly testedWith: readonly string[] } }[]} formats
 *   `logFormats` of src/learning/formats/logs/formats.ts
 */
export function logFormatsMarkdown(formats) {
  const rows = formats.map(({ name, documentation: { writtenBy, reads, testedWith } }) => {
    const files = testedWith.map((file) => `[${file}](../test/cases/${file})`).join(', ')
    return `| \`${name}\` | ${writtenBy} | ${reads} | ${files} |`
  })
  return ['| format | who writes it | what is read | tested with |', '|---|---|---|---|', ...rows].join('\n')
}
