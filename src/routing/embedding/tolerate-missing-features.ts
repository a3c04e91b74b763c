/**
 * `featuresOf` that gives null in place of failing: a request is answered without what would be kept of it.
 * `onFailure` is called for the first failure.
 */
export function tolerateMissingFeatures(
  featuresOf: (text: string) => string | null,
  onFailure: (error: unknown) => void,
): (text: string) => string | null {
  let hasFailed = false
  return (text) => {
    try {
      return featuresOf(text)
    } catch (error) {
      if (!hasFailed) onFailure(error)
      hasFailed = true
      return null
    }
  }
}
