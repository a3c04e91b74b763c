/** Paths of the API by date that belong to the resource and not to a deployment. */
const resourcePaths = /^\/(?:responses|models)(?:\/|$|\?)/

/**
 * Where Azure serves a path of OpenAI's API, below the resource's address.
 *
 * @param path below the base URL; it may have a query.
 * @param model the deployment.
 * @param apiVersion `v1`, `preview` or a date.
 */
export function azurePath(path: string, model: string, apiVersion: string): string {
  if (apiVersion === 'v1') return `/openai/v1${path}`
  const versioned = `${path}${path.includes('?') ? '&' : '?'}api-version=${apiVersion}`
  if (apiVersion === 'preview') return `/openai/v1${versioned}`
  if (resourcePaths.test(path)) return `/openai${versioned}`
  return `/openai/deployments/${encodeURIComponent(model)}${versioned}`
}
