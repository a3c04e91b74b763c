// The parts of a page that are generated: everything between `<!-- generated: NAME -->` and `<!-- /generated -->`.

const end = '<!-- /generated -->'

/**
 * The page with the text of one region replaced.
 *
 * @param {string} page
 * @param {string} name
 * @param {string} text
 * @throws {Error} if the page does not have the region exactly once
 */
export function withRegion(page, name, text) {
  const begin = `<!-- generated: ${name} -->`
  const [before, rest, more] = page.split(begin)
  const endsAt = rest?.indexOf(end) ?? -1
  if (before === undefined || rest === undefined || more !== undefined || endsAt < 0)
    throw new Error(`the page needs ${begin} and ${end} once`)
  return `${before}${begin}\n\n${text.trim()}\n\n${rest.slice(endsAt)}`
}

/** The names of the regions of a page, in order. */
export function regionNames(/** @type {string} */ page) {
  return [...page.matchAll(/^<!-- generated: (.+) -->$/gm)].map(([, name = '']) => name)
}
