import { describe, expect, it } from 'vitest'
import { UpstreamError } from '../errors.ts'
import type { AbortRequest, Provider, ProviderRequest, ReplySink } from '../providers/provider.ts'
import { type ProviderUnderTest, providerContract } from './provider-contract.ts'

const json: ProviderRequest = { path: '/chat/completions', body: '{"stream":false}' }
const events: ProviderRequest = { path: '/chat/completions', body: '{"stream":true}' }
const broken: ProviderRequest = { path: '/broken', body: '{}' }

/** A provider in memory that keeps every rule: six chunks, one per turn of the event loop. */
function createSoundProvider(): Provider {
  let closed = false
  const stream = (request: ProviderRequest, sink: ReplySink): AbortRequest => {
    const left = chunksOf(request)
    let aborted = false
    const step = (): void => {
      if (aborted) return
      const chunk = left.shift()
      if (chunk !== undefined) {
        if (sink.onData(Buffer.from(chunk))) setImmediate(step)
      } else if (request.path === '/broken')
        sink.onError(new UpstreamError('upstream-broke-off', 'broke off'))
      else sink.onEnd()
    }
    const refused = closed
    setImmediate(() => {
      if (aborted) return
      if (refused) return sink.onError(new UpstreamError('provider-closed', 'closed'))
      sink.onHead(
        200,
        { 'content-type': request === events ? 'text/event-stream' : 'application/json' },
        step,
      )
      step()
    })
    return () => {
      aborted = true
    }
  }
  return {
    name: 'sound',
    stream,
    call: (request, signal) => collect(stream, request, signal),
    close: async () => {
      closed = true
    },
  }
}

function chunksOf(request: ProviderRequest): string[] {
  if (request !== events) return ['{"a":', '1}']
  return [...Array.from({ length: 5 }, (_, index) => `data: {"index":${index}}\n\n`), 'data: [DONE]\n\n']
}

function collect(stream: Provider['stream'], request: ProviderRequest, signal?: AbortSignal) {
  return new Promise<Awaited<ReturnType<Provider['call']>>>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const body: Uint8Array[] = []
    let head = { status: 0, headers: {} }
    stream(request, {
      onHead: (status, headers) => {
        head = { status, headers }
      },
      onData: (chunk) => body.push(chunk) > 0,
      onEnd: () => resolve({ ...head, body: Buffer.concat(body) }),
      onError: reject,
    })
  })
}

/** The names of the rules that a provider breaks whose sink or verbs are replaced. */
async function breakingRules(spoil: (provider: Provider) => Partial<Provider>): Promise<string[]> {
  const setUp = (): ProviderUnderTest => {
    const provider = createSoundProvider()
    return { provider: { ...provider, ...spoil(provider) }, json, stream: events, broken }
  }
  const names: string[] = []
  for (const { name, run } of await providerContract(setUp)) await run().catch(() => names.push(name))
  return names
}

/** The same stream, its calls to the sink passing through `through`. */
function reportingThrough(through: (sink: ReplySink) => ReplySink) {
  return ({ stream }: Provider): Partial<Provider> => ({
    stream: (request, sink) => stream(request, through(sink)),
  })
}

describe('providerContract', () => {
  it('lets a provider pass that keeps every rule', async () => {
    expect(await breakingRules(() => ({}))).toEqual([])
  })

  it('finds a provider that ignores back-pressure', async () => {
    const rules = await breakingRules(
      reportingThrough((sink) => ({
        ...sink,
        onData: (chunk) => {
          sink.onData(chunk)
          return true
        },
      })),
    )
    expect(rules).toContain('it pauses when onData returns false, and loses nothing when resumed')
  })

  it('finds a provider that reports after an abort', async () => {
    const rules = await breakingRules(({ stream }) => ({
      stream: (request, sink) => {
        stream(request, sink)
        return () => undefined
      },
    }))
    expect(rules).toContain('aborting at once reports nothing at all')
    expect(rules).toContain('after an abort a stream reports nothing more, and the upstream is let go')
  })

  it('finds a stream that loses bytes or mixes requests', async () => {
    const rules = await breakingRules(
      reportingThrough((sink) => ({ ...sink, onData: (chunk) => sink.onData(chunk.subarray(1)) })),
    )
    expect(rules).toContain('stream reports head, data, end in this order, with the bytes of call')
    expect(rules).toContain('requests at once do not mix')
    expect(rules).toContain('an event stream is one, up to its [DONE]')
  })

  it('finds a broken body that ends well, or fails with another error', async () => {
    const rule = 'a body that breaks off is an UpstreamError, never an end'
    expect(await breakingRules(reportingThrough((sink) => ({ ...sink, onError: sink.onEnd })))).toContain(
      rule,
    )
    const plain = (sink: ReplySink): ReplySink => ({
      ...sink,
      onError: () => sink.onError(new Error('plain')),
    })
    expect(await breakingRules(reportingThrough(plain))).toContain(rule)
  })

  it('finds a call that ignores an abort', async () => {
    expect(await breakingRules(({ call }) => ({ call: (request) => call(request) }))).toEqual([
      'call rejects with the reason when it was aborted before it began',
    ])
  })

  it('finds a provider that takes requests after close', async () => {
    expect(await breakingRules(() => ({ close: async () => undefined }))).toEqual([
      'close lets a request in flight finish and refuses new ones',
    ])
  })
})
