import type { CommonForm } from './common/common-form.ts'

/** The protocols that can be translated into each other. */
export const commonForms: readonly CommonForm[] = []
