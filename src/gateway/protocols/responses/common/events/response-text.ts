import type { ReplyContext } from '../../../common/common-form.ts'
import type { CommonError, CommonUsage } from '../../../common/common-reply.ts'
import { responseId } from '../reply/output-item.ts'
import { repeatedFields } from '../reply/response-fields.ts'
import type { Status } from '../reply/status.ts'
import { writeUsage } from '../reply/usage.ts'

/** What changes in a response from event to event. `output`: its items, each as JSON text. */
export type ResponseState = {
  readonly status: 'in_progress' | 'failed' | Status['status']
  readonly incompleteDetails: Status['incomplete_details']
  readonly error: CommonError | null
  readonly output: readonly string[]
  readonly usage: CommonUsage | null
}

/**
 * Writes the JSON text of the response that the first and the last events of a stream hold. The fields of the request that it
 * repeats, among them the tools and instructions, are written out once.
 */
export function createResponseText(replyId: string, model: string, context: ReplyContext) {
  const id = JSON.stringify(responseId(replyId))
  const head = `{"id":${id},"object":"response","created_at":${context.created},"model":${JSON.stringify(model)}`
  const repeated = JSON.stringify(repeatedFields(context)).slice(1, -1)
  return ({ status, incompleteDetails, error, output, usage }: ResponseState): string => {
    const failure =
      error === null ? null : { code: error.code ?? errorCode(error.type), message: error.message }
    return (
      `${head},"status":"${status}","incomplete_details":${JSON.stringify(incompleteDetails)},` +
      `"error":${JSON.stringify(failure)},"output":[${output.join()}],${repeated},"store":false,` +
      `"usage":${JSON.stringify(writeUsage(usage))}}`
    )
  }
}

/** The code that OpenAI has for a type of another provider: clients decide by it whether to try again. */
export function errorCode(type: string): string {
  return errorCodes.get(type) ?? type
}

const errorCodes = new Map([
  ['rate_limit_error', 'rate_limit_exceeded'],
  ['overloaded_error', 'server_is_overloaded'],
  ['api_error', 'server_error'],
])
