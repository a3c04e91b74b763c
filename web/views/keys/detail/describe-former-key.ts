import type { KeysAnswer } from '../../../../src/server/admin/api/keys/routes.ts'

/** What becomes of requests with a key that is not in service. */
export function describeFormerKey({ keys, unnamedKeys, revoked }: KeysAnswer, name: string): string {
  const isKeyless = keys.length + unnamedKeys === 0
  const isRefused = revoked.some((key) => key.name === name)
  if (!isKeyless) return 'Requests with it are refused with 401.'
  return isRefused
    ? 'Requests with it are refused with 401 until the server starts again. No client needs a key now: requests without one are served.'
    : 'No client needs a key now, so requests with it are served.'
}
