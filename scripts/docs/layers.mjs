import { table } from './markdown.mjs'

/**
 * The table of ARCHITECTURE.md: folder of src/ and what it may import besides itself.
 *
 * @param {Readonly<Record<string, readonly string[]>>} wings the table of scripts/layers/wings.mjs
 */
export function layersMarkdown(wings) {
  const rows = Object.entries(wings).map(([folder, allowed]) => {
    const others = [...new Set(allowed)].filter(
      (other) =>
        other !== folder && !allowed.some((outer) => outer !== other && other.startsWith(`${outer}/`)),
    )
    return [`\`${folder}/\``, others.map(shown).join(', ') || 'nothing']
  })
  return table(['folder of `src/`', 'may import, besides itself'], rows).replace('| ---: |', '| --- |')
}

function shown(/** @type {string} */ folder) {
  return folder === '*' ? 'everything' : `\`${folder}/\``
}
