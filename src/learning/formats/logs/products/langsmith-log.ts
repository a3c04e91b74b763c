import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import { coerceName, coerceObject } from '../cells/coerce.ts'
import { coerceTime } from '../cells/coerce-time.ts'
import { parseChatValue } from '../fields/exchange.ts'
import { readRequest } from '../fields/read-request.ts'
import type { DocumentedLogFormat } from '../log-format.ts'

/**
 * Runs of LangSmith, as its SDK, its API and its bulk export write them (JSON Lines, JSON, CSV, Parquet). Only runs of
 * `run_type` `llm` are calls of a model. Others sum up the tokens and the cost of the runs below them.
 */
export const langsmithLog: DocumentedLogFormat = {
  name: 'langsmith',
  expects: 'runs with run_type, inputs, outputs, extra, prompt_tokens, completion_tokens and total_cost',
  documentation: {
    writtenBy:
      'LangSmith: runs as its SDK, its API and its bulk export write them (JSON Lines, JSON, CSV, Parquet)',
    reads:
      '`run_type` (only `llm` is a call), `inputs`, `outputs`, `extra.metadata.ls_model_name`, `prompt_tokens`, `completion_tokens`, `total_cost`, `error`',
    testedWith: ['26-langsmith/runs.jsonl', '26-langsmith/runs.csv'],
  },
  recognises: (row) => 'run_type' in row && ('inputs' in row || 'outputs' in row),
  read(row, pickPrompt) {
    const runType = coerceName(row.run_type)
    if (runType !== 'llm')
      return {
        kind: 'request',
        request: {
          ...omitUndefined({ time: coerceTime(row.start_time) }),
          prompt: { text: '', system: '' },
          model: 'unknown',
          tags: [],
          endpoint: runType ?? 'run',
          notRoutable: runType === 'embedding' ? 'embeddings' : 'other-call',
        },
      }
    const metadata = coerceObject(coerceObject(row.extra)?.metadata) ?? {}
    return readRequest(
      row,
      {
        call: parseChatValue(row.inputs, pickPrompt),
        ...omitUndefined({ model: coerceName(metadata.ls_model_name), user: coerceName(metadata.user_id) }),
        endpoint: 'llm',
        noRequest: 'has no messages in "inputs"; export the runs together with their inputs and outputs',
      },
      pickPrompt,
    )
  },
}
