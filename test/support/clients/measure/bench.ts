import { parseConfig } from '../../../../src/config/parse-config.ts'
import type { RequestRecord } from '../../../../src/gateway/request-record.ts'
import { createConfiguredProvider } from '../../../../src/providers/registry.ts'
import { type GatewayUnderTest, startGateway } from '../../gateway-under-test.ts'
import { type SeenRequest, startUpstream } from '../../upstream.ts'
import { type Decide, type ModelReply, providerKey, providerModel } from '../providers/provider-model.ts'
import { type ProviderUnderTest, providersUnderTest } from '../providers/providers.ts'

/** A gateway before all providers, each with one model of its name. */
export type Bench = {
  readonly gateway: GatewayUnderTest
  /** A number for one conversation. */
  openCell(): number
  /** The requests of a cell, as its provider got them. */
  seenBy(cell: number): readonly SeenCall[]
  /** Resolves when the first request of a cell has come. */
  arrived(cell: number): Promise<SeenCall>
  /** The record of the reply with this id, once the request is over. */
  record(id: string): Promise<RequestRecord>
  /** All of them so far. */
  records(): readonly RequestRecord[]
  close(): Promise<void>
}

export type SeenCall = { readonly request: SeenRequest; readonly reply: ModelReply }

/** Added to a question, so that the requests of cells that run at once can be told apart. */
export function markQuestion(question: string, cell: number): string {
  return `${question} [cell ${cell}]`
}

/** @param decide what the models say. Default: what the question asks for. */
export async function startBench(decide?: Decide): Promise<Bench> {
  let cells = 0
  const calls = new Map<number, SeenCall[]>()
  const waiting = new Map<number, (call: SeenCall) => void>()
  const models = new Map(
    providersUnderTest.map((provider) => [provider.path.split('/')[1], providerModel(provider, decide)]),
  )
  const upstream = await startUpstream((request) => {
    const reply = models.get(request.path.split('/')[1])!(request)
    const cell = Number(/\[cell (\d+)\]/.exec(request.body.toString())?.[1])
    const call = { request, reply }
    calls.set(cell, [...(calls.get(cell) ?? []), call])
    waiting.get(cell)?.(call)
  })
  const records = new Map<string, RequestRecord>()
  const awaited = new Map<string, (record: RequestRecord) => void>()
  const gateway = await startGateway({
    providers: await Promise.all(
      parseConfig(configOf(upstream.url), 'clients.yaml').providers.map((provider) =>
        createConfiguredProvider(provider, { [provider.name]: providerKey }),
      ),
    ),
    parts: {
      models: [
        { name: 'strong', provider: 'main', upstream: 'unused' },
        { name: 'weak', provider: 'main', upstream: 'unused' },
        ...providersUnderTest.map(({ name, upstream: model }) => ({ name, provider: name, upstream: model })),
      ],
    },
    server: {
      observers: [
        (record) => {
          records.set(record.id, record)
          awaited.get(record.id)?.(record)
        },
      ],
    },
  })
  return {
    gateway,
    openCell: () => ++cells,
    seenBy: (cell) => calls.get(cell) ?? [],
    arrived: (cell) =>
      new Promise((resolve) => {
        const [first] = calls.get(cell) ?? []
        if (first !== undefined) resolve(first)
        else waiting.set(cell, resolve)
      }),
    record: (id) =>
      new Promise((resolve) => {
        const record = records.get(id)
        if (record !== undefined) resolve(record)
        else awaited.set(id, resolve)
      }),
    records: () => [...records.values()],
    async close() {
      await upstream.close()
      await gateway.close()
    },
  }
}

function configOf(url: string): string {
  const entry = ({ name, entry: members, path }: ProviderUnderTest) =>
    `  ${name}: { ${members}, baseUrl: "${url}${path}", apiKeyEnv: PROVIDER_KEY }`
  return `version: 1
providers:
${providersUnderTest.map(entry).join('\n')}
models:
  a: { provider: openai, upstream: gpt-5 }
  b: { provider: anthropic, upstream: claude-opus-4-6 }
policy: { kind: pair, strong: a, weak: b }
`
}
