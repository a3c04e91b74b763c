import { chatForm } from './chat-completions/common-form.ts'
import type { CommonForm } from './common/common-form.ts'
import { messagesForm } from './messages/common-form.ts'
import { responsesForm } from './responses/common-form.ts'

/** The protocols that can be translated into each other. */
export const commonForms: readonly CommonForm[] = [chatForm, messagesForm, responsesForm]
