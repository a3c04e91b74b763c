import type { Client } from '../client.ts'
import { commands, type Feature, pictureQuestion, sumQuestion, type Task } from '../features.ts'
import type { ProviderUnderTest } from '../providers/providers.ts'
import { type Bench, markQuestion } from './bench.ts'
import { checks } from './checks.ts'
import type { Observation } from './observation.ts'
import { type Cell, joinModes, type Outcome } from './outcome.ts'
import { watchFetch } from './watched-fetch.ts'

type Plan = { readonly task: Omit<Task, 'stream'>; readonly streams: readonly boolean[] }

const plans: Readonly<Record<Feature, Plan>> = {
  text: { task: { question: sumQuestion }, streams: [false, true] },
  'tool loop': { task: { question: sumQuestion, tools: true }, streams: [false, true] },
  image: { task: { question: pictureQuestion, image: true }, streams: [false, true] },
  'structured output': { task: { question: sumQuestion, structured: true }, streams: [false, true] },
  thinking: { task: { question: sumQuestion, tools: true, thinks: true }, streams: [false, true] },
  abort: { task: { question: commands.hold }, streams: [true] },
  'status 429': { task: { question: commands.busy }, streams: [false, true] },
  'broken stream': { task: { question: commands.breakOff }, streams: [true] },
}

/** The benches for whole replies and for streamed ones; mostly one. */
export type Benches = { readonly whole: Bench; readonly streamed: Bench }

export async function measureCell(
  benches: Benches,
  client: Client,
  provider: ProviderUnderTest,
  feature: Feature,
): Promise<Cell> {
  const { task, streams } = plans[feature]
  const found: Outcome[] = []
  for (const stream of streams) {
    const bench = stream ? benches.streamed : benches.whole
    const cell = bench.openCell()
    const asked = { ...task, stream, question: markQuestion(task.question, cell) }
    const run = feature === 'abort' ? leaveWithinStream : ask
    const seen = await run(bench, client, provider, asked, cell)
    const outcome = await checks[feature](seen)
    found.push(outcome.kind === 'wrong' && (await hasProvidersBytes(seen)) ? blameReply(outcome) : outcome)
  }
  const [first, second] = found
  return second === undefined ? first! : joinModes(first!, second)
}

async function ask(
  bench: Bench,
  client: Client,
  { name: model }: ProviderUnderTest,
  task: Task,
  cell: number,
): Promise<Observation> {
  const watched = watchFetch()
  const connection = { url: bench.gateway.url, model, fetch: watched.fetch }
  const { stream } = task
  try {
    return { said: await client.ask(connection, task), error: null, watched, bench, cell, stream }
  } catch (error) {
    return { said: null, error: error ?? new Error('null'), watched, bench, cell, stream }
  }
}

/** Leaves once the reply has begun. */
async function leaveWithinStream(
  bench: Bench,
  client: Client,
  provider: ProviderUnderTest,
  task: Task,
  cell: number,
): Promise<Observation> {
  const controller = new AbortController()
  const watched = watchFetch()
  const connection = { url: bench.gateway.url, model: provider.name, fetch: watched.fetch }
  const asked = client.ask(connection, { ...task, signal: controller.signal })
  const settled = asked.then(
    (said) => ({ said, error: null }),
    (error: unknown) => ({ said: null, error: error ?? new Error('null') }),
  )
  const begun = Promise.all([bench.arrived(cell), watched.head])
  const early = await Promise.race([settled, begun.then(() => null)])
  if (early === null) {
    controller.abort()
    await bench.seenBy(cell)[0]!.request.closed
  }
  return { ...(await settled), watched, bench, cell, stream: true }
}

/** Whether each reply came as its provider sent it. */
async function hasProvidersBytes({ bench, cell, watched }: Observation): Promise<boolean> {
  const sent = bench.seenBy(cell).map(({ reply }) => reply.text)
  const came = await Promise.all(watched.replies.map(({ text }) => text))
  return sent.length > 0 && sent.length === came.length && sent.every((text, index) => text === came[index])
}

function blameReply({ why }: { readonly why: string }): Outcome {
  return { kind: 'unreadable', why: why.split('\n')[0]! }
}
