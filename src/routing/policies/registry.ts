import { pair } from './pair/kind.ts'
import type { PolicyKind } from './policy-kind.ts'

/** Every kind of policy. A new kind is one folder and one row here. */
export const policyKinds = { pair } as const satisfies Readonly<Record<string, PolicyKind>>
