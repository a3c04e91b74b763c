/** The size of a chart's text in pixels; the style sheet has the same. */
export const textSize = 11

/** An approximate width of a text of a chart in pixels, wide enough for any sans-serif. */
export function textWidth(text: string): number {
  let width = 0
  // Characters of East Asia and emoji are as wide as they are high.
  for (const character of text) width += character.codePointAt(0)! >= 0x1100 ? textSize : 0.59 * textSize
  return width
}
