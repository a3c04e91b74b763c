import type { Row } from '../../row.ts'
import { parseBatchLine } from '../batch/batch-line.ts'
import { findExchange } from '../fields/exchange.ts'
import { readRequest } from '../fields/read-request.ts'
import type { LogFormat } from '../log-format.ts'

/**
 * Requests with the provider's bodies, as a proxy, a middleware or a tool writes them: `{"request": {"model",
 * "messages"}, "response": {"usage", "choices"}}` under any names and up to six deep, each body bare, as JSON in a text, or
 * in an envelope (`{"method", "url", "body"}`, `{"status_code", "body"}`); bare chat bodies with other fields beside them;
 * lines of a batch. Bodies of Anthropic, Gemini, Bedrock, Cohere and Ollama are read too.
 */
export const openaiLog: LogFormat = {
  name: 'openai',
  expects:
    '{"request": {"model", "messages"}, "response": {"usage"}}, or a chat body {"model", "messages"}, a line',
  recognises: (row) => findExchange(row).call !== undefined || isBatchResult(row),
  read: (row) =>
    readRequest(row, {
      noRequest: isBatchResult(row)
        ? 'is a result of a batch without its request; name the input file of the batch too'
        : 'has no request body with messages, prompt or input',
    }),
}

/** Whether a row is a line of a batch's output or error file. */
function isBatchResult(row: Row): boolean {
  return parseBatchLine(row)?.kind === 'batch-result'
}
