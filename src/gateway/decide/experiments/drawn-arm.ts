/** The arm of an experiment that a session was given by chance. */
export type DrawnArm = { readonly id: string; readonly arm: 'control' | 'treatment' }
