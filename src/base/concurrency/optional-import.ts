/**
 * For `import('name').catch(rethrow)` of an optional package. Bundlers accept that the package is not installed if the code
 * handles the failure of its import; without it they refuse to bundle an application that never uses the package.
 */
export function rethrow(error: unknown): never {
  throw error
}
