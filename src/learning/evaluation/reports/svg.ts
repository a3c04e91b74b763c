/** The font of every chart: the reader's own sans-serif, so that no font file is needed. */
export const svgFont = "font-family=\"system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif\""

/** Formats a coordinate: one decimal at most. */
export function formatPixels(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/**
 * The distance between ticks of an axis: 1, 2 or 5 times a power of ten.
 *
 * @param range what the axis spans, above 0. @param most the most steps of that distance.
 */
export function findTickStep(range: number, most: number): number {
  const power = 10 ** Math.floor(Math.log10(range / most))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => range / step <= most)!
}

/** An approximate width of a text of 12 px, wide enough for any sans-serif. */
export function textWidth(text: string): number {
  return 6 + [...text].length * 7.1
}
