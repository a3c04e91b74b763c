/**
 * Which candidates answer if the chosen model fails. `stronger`: those that the policy expects to answer at least as well;
 * a pair falls from weak to strong. `both`: after them the others too. `none`: the client gets the failure.
 */
export const fallbackModes = ['stronger', 'both', 'none'] as const
export type FallbackMode = (typeof fallbackModes)[number]

export const defaultFallbackMode: FallbackMode = 'stronger'
