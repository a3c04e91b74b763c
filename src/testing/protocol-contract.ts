import assert from 'node:assert/strict'
import { InvalidRequestError, type RouteLLMError, UpstreamError } from '../errors.ts'
import type { Protocol, TapReading, TokenUsage } from '../gateway/protocols/protocol.ts'
import { createEventReader } from '../gateway/protocols/wire/event-reader.ts'
import type { ContractCase } from './contract-case.ts'

/** A protocol to test, with requests and replies as its clients and upstreams send them. */
export type ProtocolUnderTest = {
  readonly protocol: Protocol
  /** Valid bodies that name the model `auto-test`; at least one. */
  readonly requests: readonly string[]
  /** Bodies that `parse` refuses, beside those that no protocol accepts. */
  readonly refused: readonly string[]
  /** Complete replies of status 200 with the usage that they report. */
  readonly replies: readonly ProtocolReply[]
  /** Throws if this is not an error object of the protocol that carries the message. */
  assertErrorBody(body: unknown, message: string): void
}

export type ProtocolReply = {
  readonly contentType: string
  readonly text: string
  readonly usage: TokenUsage | null
}

/** The rules of `Protocol`. */
export function protocolContract(under: ProtocolUnderTest): readonly ContractCase[] {
  return [...namingCases(under), ...requestCases(under), ...usageCases(under), ...errorCases(under)]
}

function namingCases({ protocol }: ProtocolUnderTest): ContractCase[] {
  return [
    {
      name: 'its name is kebab-case and its paths are absolute and differ',
      run: async () => {
        assert.match(protocol.name, /^[a-z0-9]+(-[a-z0-9]+)*$/)
        assert.ok(protocol.paths.length > 0, 'it has a path')
        for (const path of protocol.paths) assert.match(path, /^(\/[a-z0-9_-]+)+$/)
        assert.equal(new Set(protocol.paths).size, protocol.paths.length)
      },
    },
  ]
}

function requestCases({ protocol, requests, refused }: ProtocolUnderTest): ContractCase[] {
  return [
    {
      name: 'parse finds the model of a request',
      run: async () => {
        for (const text of requests) assert.equal(protocol.parse(Buffer.from(text)).model, 'auto-test', text)
      },
    },
    {
      name: 'parse leaves the body unchanged',
      run: async () => {
        for (const text of requests) {
          const body = Buffer.from(text)
          protocol.parse(body)
          assert.equal(body.toString(), text)
        }
      },
    },
    {
      name: 'parse refuses what is no request with an InvalidRequestError of status 400',
      run: async () => {
        for (const text of [
          ...refused,
          '',
          '{',
          'null',
          '[]',
          '"auto"',
          '{}',
          '{"model":""}',
          '{"model":5}',
        ]) {
          assert.throws(() => protocol.parse(Buffer.from(text)), isBadRequest, text)
        }
        assert.throws(() => protocol.parse(undefined), isBadRequest)
      },
    },
    {
      name: 'replaceModel changes the model and keeps every other byte',
      run: async () => {
        for (const text of requests) {
          for (const model of ['x', 'provider/some-model:tag', 'größe "quoted" \\ \n', 'auto-test']) {
            const replaced = protocol.replaceModel(Buffer.from(text), model)
            assert.equal(protocol.parse(replaced).model, model)
            assert.equal(protocol.replaceModel(replaced, 'auto-test').toString(), text)
          }
        }
      },
    },
    {
      name: 'setEffort leaves a request of the same model, which keeps the effort if it is asked to',
      run: async () => {
        for (const path of protocol.paths) {
          for (const text of requests) {
            const low = protocol.setEffort(path, Buffer.from(text), 'low', true)
            assert.equal(protocol.parse(low).model, 'auto-test')
            assert.equal(protocol.setEffort(path, low, 'high', true), low)
            const high = protocol.setEffort(path, low, 'high', false)
            assert.deepEqual(protocol.setEffort(path, Buffer.from(text), 'high', true), high)
          }
        }
      },
    },
  ]
}

function usageCases({ protocol, replies }: ProtocolUnderTest): ContractCase[] {
  const read = (contentType: string, pieces: readonly Buffer[]): TapReading => {
    const tap = protocol.createUsageTap(contentType)
    assert.ok(tap !== null, `a reply of ${contentType} has a tap`)
    for (const piece of pieces) {
      const before = Buffer.from(piece)
      tap.push(piece)
      assert.deepEqual(piece, before, 'the tap changes no byte')
      piece.fill(0x2a) // a tap that keeps a view of the upstream's memory reads this
    }
    return tap.end()
  }
  return [
    ...replies.map(({ contentType, text, usage }, index) => ({
      name: `the usage of reply ${index + 1} (${contentType}) is the same wherever its bytes are split`,
      run: async () => {
        const whole = read(contentType, [Buffer.from(text)])
        assert.deepEqual(whole.usage, usage)
        const { length } = Buffer.from(text)
        for (let at = 0; at <= length; at++) {
          const bytes = Buffer.from(text)
          assert.deepEqual(
            read(contentType, [bytes.subarray(0, at), bytes.subarray(at)]),
            whole,
            `split at ${at}`,
          )
        }
        const bytes = Buffer.from(text)
        const single = Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1))
        assert.deepEqual(read(contentType, single), whole, 'byte by byte')
      },
    })),
    {
      name: 'a reply that is cut anywhere, or that is no such reply, never throws',
      run: async () => {
        for (const { contentType, text } of replies) {
          const { length } = Buffer.from(text)
          for (let at = 0; at <= length; at++) read(contentType, [Buffer.from(text).subarray(0, at)])
          read(contentType, [
            Buffer.from([0xff, 0xfe, 0x22, 0x5c, 0x7d, 0x7d, 0x0a, 0x0a]),
            Buffer.from('}{"usage":'),
          ])
        }
      },
    },
    {
      name: 'a reply without text has no tap',
      run: async () => {
        assert.equal(protocol.createUsageTap('image/png'), null)
        assert.equal(protocol.createUsageTap(''), null)
      },
    },
  ]
}

function errorCases({ protocol, assertErrorBody }: ProtocolUnderTest): ContractCase[] {
  const errors: readonly RouteLLMError[] = [
    new InvalidRequestError('bad-json', 'The "body" is no JSON.\n', { param: 'model' }),
    new InvalidRequestError('invalid-api-key', 'No key.', { status: 401 }),
    new UpstreamError('upstream-broke-off', 'The upstream broke off.'),
  ]
  return [
    {
      name: 'an error body is the protocol’s, and JSON',
      run: async () => {
        for (const error of errors) {
          const body = protocol.errorBody(error, 'rllm-1')
          assert.deepEqual(JSON.parse(JSON.stringify(body)), body)
          assertErrorBody(body, error.message)
        }
      },
    },
    {
      name: 'an error event is one whole event with the error, also after an event that was cut',
      run: async () => {
        for (const error of errors) {
          for (const before of ['', 'data: {"id":1}\n\n', 'data: {"id":1,"cho', 'event: x', ': ping']) {
            const events: string[] = []
            const reader = createEventReader(1 << 20, (data) => events.push(data.toString()))
            reader.push(Buffer.from(before + protocol.errorEvent(error, 'rllm-1')))
            assertErrorBody(JSON.parse(events.at(-1) ?? ''), error.message)
          }
        }
      },
    },
  ]
}

function isBadRequest(error: unknown): boolean {
  return error instanceof InvalidRequestError && error.status === 400
}
