/** The kind of an artifact that holds the verifier of a cascade: it scores answers, and no prompt alone. */
export const cascadeKind = 'cascade'
