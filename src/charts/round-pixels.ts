/** A tenth of a pixel is enough for a picture, and makes it smaller. */
export function roundPixels(pixels: number): number {
  return Math.round(pixels * 10) / 10
}
