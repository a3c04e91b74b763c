import { Buffer } from 'node:buffer'
import { commonForms } from '../../gateway/protocols/forms.ts'
import { protocols } from '../../gateway/protocols/registry.ts'
import type { PickPrompt } from '../../routing/prompts/pick-prompt.ts'
import type { Database } from '../../store/database/open-database.ts'
import type { EntryCandidate, EntryText } from '../../store/entries/entry.ts'
import { toDay } from '../../store/entries/request-columns.ts'
import { listQueue } from '../../store/records/label-queue.ts'
import type { QueueItem, QueueQuery } from '../../store/records/types/labels.ts'
import { readText } from '../../store/texts/text-files.ts'
import { readReplyText } from '../shadow/read-texts.ts'

/** A request that is put up for a label, with what a person needs to label it. */
export type QueuedRequest = QueueItem & {
  /** The model that answered. */
  readonly model: string | null
  /** The models that could have. */
  readonly candidates: readonly string[]
  readonly strongWinRate: number | null
  readonly threshold: number | null
  /** What the router scored, and what was answered; null if no text is kept, or it cannot be read. */
  readonly prompt: string | null
  readonly answer: string | null
}

/** Requests of the queue, those with the most worth first. */
export async function readQueue(
  db: Database,
  query: QueueQuery,
  { textFolder, pickPrompt }: { readonly textFolder: string; readonly pickPrompt: PickPrompt },
): Promise<readonly QueuedRequest[]> {
  const items = await listQueue(db, query)
  const rows = await db
    .selectFrom('requests')
    .selectAll()
    .where(
      'id',
      'in',
      items.map(({ requestId }) => requestId),
    )
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return items.flatMap((item) => {
    const row = byId.get(item.requestId)
    if (row === undefined) return [] // retention has removed it since
    const { text_offset: offset, text_bytes: bytes, text_line: line, protocol } = row
    const text =
      offset === null || bytes === null || line === null
        ? null
        : findText(textFolder, toDay(row.time), { offset, bytes, line })
    const candidates = row.candidates === null ? [] : (JSON.parse(row.candidates) as EntryCandidate[])
    return [
      {
        ...item,
        model: row.model,
        candidates: candidates.flatMap(({ model, excluded }) => (excluded === null ? [model] : [])),
        strongWinRate: row.strong_win_rate,
        threshold: row.threshold,
        prompt: text === null ? null : readPrompt(text, protocol, pickPrompt),
        answer: text === null ? null : readAnswer(text, protocol, row.stream === 1),
      },
    ]
  })
}

type TextPlace = Parameters<typeof readText>[2]

function findText(folder: string, day: number, place: TextPlace): EntryText | null {
  try {
    return readText(folder, day, place)
  } catch {
    return null // its file is gone or damaged
  }
}

function readPrompt({ request }: EntryText, protocolName: string | null, pick: PickPrompt): string | null {
  const protocol = protocols.find(({ name }) => name === protocolName)
  if (protocol === undefined || request.isCut) return null
  try {
    const { messages } = protocol.parse(Buffer.from(request.text))
    return messages === null ? null : pick(messages).text
  } catch {
    return null
  }
}

function readAnswer({ response }: EntryText, protocol: string | null, isStream: boolean): string | null {
  const form = commonForms.find((each) => each.protocol === protocol)
  return form === undefined || response.isCut
    ? null
    : readReplyText(form, Buffer.from(response.text), isStream)
}
