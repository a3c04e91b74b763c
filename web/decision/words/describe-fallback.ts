const reasons: Readonly<Record<string, string>> = {
  'router-error': 'the router failed',
  'router-timeout': 'the router was too late',
  'upstream-error': 'the chosen model answered with an error',
  'upstream-timeout': 'the chosen model was too late',
  context: 'the prompt was too long for the chosen model',
}

/** Why another model answered than the policy chose. A reason of a later version is shown as it is. */
export function describeFallback(reason: string): string {
  return reasons[reason] ?? reason
}
