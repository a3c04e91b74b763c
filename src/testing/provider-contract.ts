import assert from 'node:assert/strict'
import { setTimeout as after } from 'node:timers/promises'
import { RouteLLMError, UpstreamError } from '../errors.ts'
import type { Provider, ProviderRequest } from '../providers/provider.ts'
import type { ContractCase } from './contract-case.ts'
import { type RecordedReply, recordReply, textOf } from './recorded-reply.ts'

/** A provider to test, and requests that make its upstream behave in a known way. */
export type ProviderUnderTest = {
  readonly provider: Provider
  /** Answered with status 200 and a JSON object, the same bytes each time. */
  readonly json: ProviderRequest
  /** Answered with status 200 and an event stream of at least five events, the same bytes each time. */
  readonly stream: ProviderRequest
  /**
   * A request that the upstream answers with an error status and a JSON body with `error.message`. Absent if it cannot.
   */
  readonly refused?: ProviderRequest
  /** A request that the upstream accepts and does not answer for at least ten seconds. Absent if it cannot. */
  readonly silent?: ProviderRequest
  /** A request whose reply the upstream breaks off in the middle of the body. Absent if it cannot. */
  readonly broken?: ProviderRequest
  /** The same kind of provider, with nothing listening at its address. Absent if it has no address. */
  readonly unreachable?: Provider
  /** The number of requests that the upstream is answering now. Absent if it is unknown. */
  openRequests?(): number
  /** Stops the upstream. The provider is closed by the contract. */
  tearDown?(): Promise<void>
}

/**
 * The rules of `Provider`. Cases about failures are there for those failures that the set-up can bring about.
 *
 * @param setUp starts an upstream and makes a provider for it. Called once here and once per case.
 */
export async function providerContract(
  setUp: () => ProviderUnderTest | Promise<ProviderUnderTest>,
): Promise<readonly ContractCase[]> {
  const using = (test: (under: ProviderUnderTest) => Promise<void>) => async () => {
    const under = await setUp()
    try {
      await test(under)
    } finally {
      await under.provider.close()
      await under.unreachable?.close()
      await under.tearDown?.()
    }
  }
  let possible: Partial<ProviderUnderTest> = {}
  await using(async (under) => {
    possible = under
  })()
  const cases = [
    ...answeringCases,
    ...abortCases,
    ...(possible.refused === undefined ? [] : refusedCases),
    ...(possible.silent === undefined ? [] : silentCases),
    ...(possible.broken === undefined ? [] : brokenCases),
    ...(possible.unreachable === undefined ? [] : unreachableCases),
  ]
  return cases.map(({ name, test }) => ({ name, run: using(test) }))
}

type ProviderCase = { readonly name: string; test(under: ProviderUnderTest): Promise<void> }

const answeringCases: readonly ProviderCase[] = [
  {
    name: 'call returns the whole reply, with header names in lower case',
    test: async ({ provider, json }) => {
      const reply = await provider.call(json)
      assert.equal(reply.status, 200)
      assert.match(reply.headers['content-type'] ?? '', /^application\/json/)
      for (const name of Object.keys(reply.headers)) assert.equal(name, name.toLowerCase())
      assert.equal(typeof JSON.parse(textOf([reply.body])), 'object')
    },
  },
  {
    name: 'stream reports head, data, end in this order, with the bytes of call',
    test: async ({ provider, json, stream }) => {
      for (const request of [json, stream]) {
        const whole = await provider.call(request)
        const reply = recordReply(provider, request)
        await reply.finished
        assertComplete(reply)
        assert.equal(reply.status, whole.status)
        assert.equal(reply.headers['content-type'], whole.headers['content-type'])
        assert.equal(textOf(reply.chunks), textOf([whole.body]))
      }
    },
  },
  {
    name: 'an event stream is one, up to its [DONE]',
    test: async ({ provider, stream }) => {
      const reply = recordReply(provider, stream)
      await reply.finished
      assert.match(reply.headers['content-type'] ?? '', /^text\/event-stream/)
      assert.match(textOf(reply.chunks), /^(data: [^\n]+\n\n){5,}$/)
      assert.match(textOf(reply.chunks), /data: \[DONE\]\n\n$/)
    },
  },
  {
    name: 'it pauses when onData returns false, and loses nothing when resumed',
    test: async ({ provider, stream }) => {
      const whole = await provider.call(stream)
      const reply = recordReply(provider, stream, (index) => index > 0)
      await reply.nextData()
      await after(50)
      assert.deepEqual(reply.calls, ['head', 'data'], 'nothing comes while it is paused')
      reply.resume()
      await reply.finished
      assertComplete(reply)
      assert.equal(textOf(reply.chunks), textOf([whole.body]))
    },
  },
  {
    name: 'requests at once do not mix',
    test: async ({ provider, json, stream }) => {
      const expected = [json, stream, json, stream].map(async (request) =>
        textOf([(await provider.call(request)).body]),
      )
      const replies = [json, stream, json, stream].map((request) => recordReply(provider, request))
      await Promise.all(replies.map((reply) => reply.finished))
      assert.deepEqual(
        replies.map((reply) => textOf(reply.chunks)),
        await Promise.all(expected),
      )
    },
  },
  {
    name: 'close lets a request in flight finish and refuses new ones',
    test: async ({ provider, json, stream }) => {
      const reply = recordReply(provider, stream, (index) => index > 0)
      await reply.nextData()
      const closed = provider.close()
      await assert.rejects(provider.call(json), RouteLLMError)
      reply.resume()
      await reply.finished
      assertComplete(reply)
      await closed
    },
  },
  {
    name: 'closing again does nothing',
    test: async ({ provider }) => {
      await Promise.all([provider.close(), provider.close()])
      await provider.close()
    },
  },
]

const abortCases: readonly ProviderCase[] = [
  {
    name: 'call rejects with the reason when it was aborted before it began',
    test: async ({ provider, json }) => {
      const reason = new Error('the client went away')
      await assert.rejects(provider.call(json, AbortSignal.abort(reason)), (error) => error === reason)
    },
  },
  {
    name: 'after an abort a stream reports nothing more, and the upstream is let go',
    test: async ({ provider, stream, openRequests }) => {
      const reply = recordReply(provider, stream, () => false)
      await reply.nextData()
      reply.abort(new Error('the client went away'))
      reply.resume()
      await after(50)
      assert.deepEqual(reply.calls, ['head', 'data'])
      await assertLetGo(openRequests)
    },
  },
  {
    name: 'aborting at once reports nothing at all',
    test: async ({ provider, stream, openRequests }) => {
      const reply = recordReply(provider, stream)
      reply.abort()
      await after(50)
      assert.deepEqual(reply.calls, [])
      await assertLetGo(openRequests)
    },
  },
  {
    name: 'aborting twice, or after the end, does nothing',
    test: async ({ provider, json }) => {
      const reply = recordReply(provider, json)
      await reply.finished
      reply.abort(new Error('late'))
      reply.abort()
      assertComplete(reply)
    },
  },
]

const refusedCases: readonly ProviderCase[] = [
  {
    name: 'a refusal by the upstream is a reply like any other',
    test: async ({ provider, refused }) => {
      const reply = await provider.call(given(refused))
      assert.ok(reply.status >= 400, `status ${reply.status}`)
      assert.match(textOf([reply.body]), /"error":\s*\{.*"message"/s)
      const streamed = recordReply(provider, given(refused))
      await streamed.finished
      assertComplete(streamed)
      assert.equal(streamed.status, reply.status)
    },
  },
]

const silentCases: readonly ProviderCase[] = [
  {
    name: 'an abort while the upstream is silent rejects call with the reason, and the upstream is let go',
    test: async ({ provider, silent, openRequests }) => {
      const controller = new AbortController()
      const reason = new Error('the client went away')
      const reply = assert.rejects(
        provider.call(given(silent), controller.signal),
        (error) => error === reason,
      )
      if (openRequests !== undefined) await until(() => openRequests() === 1, 'the upstream has the request')
      controller.abort(reason)
      await reply
      await assertLetGo(openRequests)
    },
  },
]

const brokenCases: readonly ProviderCase[] = [
  {
    name: 'a body that breaks off is an UpstreamError, never an end',
    test: async ({ provider, broken }) => {
      const reply = recordReply(provider, given(broken))
      await reply.finished
      assert.equal(reply.calls.at(-1), 'error')
      assert.ok(!reply.calls.includes('end'))
      assertUpstreamError(reply.error)
      await assert.rejects(provider.call(given(broken)), UpstreamError)
    },
  },
]

const unreachableCases: readonly ProviderCase[] = [
  {
    name: 'an address where nothing listens is an UpstreamError with status 502 or 504',
    test: async ({ unreachable, json }) => {
      const provider = given(unreachable)
      const reply = recordReply(provider, json)
      await reply.finished
      assert.deepEqual(reply.calls, ['error'])
      assertUpstreamError(reply.error)
      await assert.rejects(provider.call(json), UpstreamError)
    },
  },
]

function assertComplete(reply: RecordedReply): void {
  assert.equal(reply.error, undefined)
  assert.match(reply.calls.join(' '), /^head( data)* end$/)
}

function assertUpstreamError(error: unknown): void {
  assert.ok(error instanceof UpstreamError, `${error} is not an UpstreamError`)
  assert.ok(error.status === 502 || error.status === 504, `status ${error.status}`)
}

async function assertLetGo(openRequests: (() => number) | undefined): Promise<void> {
  if (openRequests !== undefined) await until(() => openRequests() === 0, 'the upstream is let go')
}

/** Waits for at most a second: an abort has to reach the upstream within that. */
async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 1000
  while (!condition()) {
    assert.ok(performance.now() < deadline, `not within a second: ${what}`)
    await after(5)
  }
}

function given<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined, 'the set-up returns the same members each time')
  return value
}
