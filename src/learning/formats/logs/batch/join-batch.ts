import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import { DataError } from '../../../../errors.ts'
import type { Row } from '../../row.ts'
import { readRequest } from '../fields/read-request.ts'
import type { LogFormat } from '../log-format.ts'
import type { Reply } from '../reply/chat-reply.ts'
import { parseBatchLine } from './batch-line.ts'

/** The lines of one or more batches, in the order of their files. */
export type BatchRows = AsyncIterable<{ readonly file: string; readonly row: Row }>

/** More results are not kept in memory. A batch of OpenAI has at most 50,000 requests, one of Anthropic 100,000. */
const mostResults = 1_000_000
/** Answers are for samples only. Those over this sum of characters are not kept in memory. */
const mostAnswerCharacters = 64 * 1024 * 1024

type Kept = { readonly file: string; readonly reply: Reply }

const noteOfPrices =
  'The requests are of a batch. Their cost is computed from list prices; providers charge less for batches, OpenAI and Anthropic half. What was really paid is less, and so is the saving.'
const noteOfMissingResults =
  'The requests are of a batch. Name its output file too, and its error file if there is one: tokens and answers are in there.'

/**
 * A format that joins the requests of batches with their results by `custom_id`, in whatever order the files are named.
 * A request that succeeded in a later batch did not fail. It reads the files once, and keeps of each result what an audit
 * needs.
 *
 * @returns undefined if the rows are not only of batches, or have no request.
 *
 * Throws `DataError` `batch-ids-repeated` if two files have the same id, `batch-too-large` for more than 1,000,000 results.
 */
export async function joinBatches(rows: BatchRows): Promise<LogFormat | undefined> {
  const requests = new Map<string, string>()
  const results = new Map<string, Kept>()
  let answerCharacters = 0
  for await (const { file, row } of rows) {
    const line = parseBatchLine(row)
    if (line === undefined) return undefined
    if (line.kind === 'batch-request') {
      checkNewId(line.id, file, requests.get(line.id))
      requests.set(line.id, file)
      continue
    }
    const earlier = results.get(line.id)
    if (earlier !== undefined && !earlier.reply.isFailed) {
      if (!line.reply.isFailed) checkNewId(line.id, file, earlier.file)
      continue
    }
    const { answer = '', ...rest } = line.reply
    answerCharacters += answer.length
    const isKept = answerCharacters <= mostAnswerCharacters || rest.tokens.outputTokens === undefined
    results.set(line.id, { file, reply: isKept ? line.reply : rest })
    if (results.size > mostResults)
      throw new DataError(
        'batch-too-large',
        `${file} has more than ${mostResults} results of batches. Audit fewer batches at a time.`,
      )
  }
  return requests.size === 0 ? undefined : batchFormat(requests, results)
}

function batchFormat(requests: ReadonlyMap<string, string>, results: ReadonlyMap<string, Kept>): LogFormat {
  const isAnswered = [...requests.keys()].some((id) => results.has(id))
  return {
    name: 'batch',
    expects: 'lines of the input, output and error files of a batch, with the same custom_id',
    notes: [isAnswered ? noteOfPrices : noteOfMissingResults],
    recognises: (row) => parseBatchLine(row) !== undefined,
    // The request's line stands for both.
    unpack: (row) => {
      const line = parseBatchLine(row)
      return line?.kind === 'batch-result' && requests.has(line.id) ? [] : [row]
    },
    read: (row, pickPrompt) => {
      const line = parseBatchLine(row)
      const reply = line === undefined ? undefined : results.get(line.id)?.reply
      if (line?.kind === 'batch-result' || reply === undefined)
        return readRequest(
          row,
          { noRequest: 'is a result of a batch whose request is in none of the files' },
          pickPrompt,
        )
      return readRequest(
        row,
        {
          ...reply.tokens,
          ...omitUndefined({
            model: reply.model,
            costUsd: reply.costUsd,
            time: reply.time,
            answer: reply.answer,
            notRoutable: reply.isFailed ? ('error' as const) : undefined,
          }),
          noRequest: 'has no messages, prompt or input in its request',
        },
        pickPrompt,
      )
    },
  }
}

function checkNewId(id: string, file: string, earlier: string | undefined): void {
  if (earlier === undefined) return
  throw new DataError(
    'batch-ids-repeated',
    `${file} and ${earlier} both have the custom_id ${JSON.stringify(id.slice(0, 80))}, so it is not known which request a result belongs to. Audit each batch on its own, or give ids that differ between batches.`,
  )
}
