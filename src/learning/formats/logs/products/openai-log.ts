import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { parseBatchLine } from '../batch/batch-line.ts'
import { coerceCount } from '../cells/coerce-number.ts'
import { createColumnFinder } from '../cells/column-names.ts'
import { findExchange } from '../fields/exchange.ts'
import { readRequest } from '../fields/read-request.ts'
import { columns } from '../fields/request-metadata.ts'
import type { DocumentedLogFormat } from '../log-format.ts'
import { isReplyBody } from '../reply/chat-reply.ts'
import { columnLog } from './column-log.ts'

/**
 * Requests with the provider's bodies, as a proxy, a middleware or a tool writes them: `{"request": {"model",
 * "messages"}, "response": {"usage", "choices"}}` under any names and up to six deep, each body bare, as JSON in a text, or
 * in an envelope (`{"method", "url", "body"}`, `{"status_code", "body"}`); bare chat bodies with other fields beside them;
 * lines of a batch. Bodies of Anthropic, Gemini, Bedrock, Cohere and Ollama are read too.
 */
export const openaiLog: DocumentedLogFormat = {
  name: 'openai',
  expects:
    '{"request": {"model", "messages"}, "response": {"usage"}}, or a chat body {"model", "messages"}, a line',
  documentation: {
    writtenBy:
      "a proxy, a middleware, a gateway (Cloudflare, Vercel, OpenRouter, Kong) or a tool (OpenPipe, Opik, Weave, Datadog, PostHog, Amazon Bedrock, Google Cloud) that keeps the provider's bodies; lines of a batch",
    reads:
      'the request and its reply under any names, up to six deep, as objects or as JSON in texts: `request` and `response`, `input` and `output`, `args` and `kwargs`, `requestBody` and `responseBody`. Chat completions, Responses, completions, Anthropic, Gemini, Bedrock, Cohere, Ollama; a reply also as its event stream or a list of its chunks',
    testedWith: [
      '28-nested-logs/openpipe.jsonl',
      '28-nested-logs/cloudflare-cached.jsonl',
      '28-nested-logs/vercel-logs.jsonl',
      '29-streamed-and-odd-logs/sse-response.jsonl',
    ],
  },
  recognises(row) {
    const { call, textCall, reply, places } = findExchange(row, routedPrompt)
    const inputTokens =
      reply.tokens.inputTokens ?? createColumnFinder(places)(columns.inputTokens, coerceCount)
    // A text counts only beside tokens, and not as a column of a table.
    const isCall =
      call !== undefined ||
      (textCall !== undefined && inputTokens !== undefined && !columnLog.recognises(row))
    return isCall || isBatchResult(row) || isReplyBody(row)
  },
  read: (row, pickPrompt) =>
    readRequest(
      row,
      {
        noRequest: isBatchResult(row)
          ? 'is a result of a batch without its request; name the input file of the batch too'
          : isReplyBody(row)
            ? 'is a reply without its request. OpenAI lists the messages of a stored completion under /v1/chat/completions/ID/messages: put them into "messages" of the row'
            : 'has no request body with messages, prompt or input',
      },
      pickPrompt,
    ),
}

/** Whether a row is a line of a batch's output or error file. */
function isBatchResult(row: Row): boolean {
  return parseBatchLine(row)?.kind === 'batch-result'
}
