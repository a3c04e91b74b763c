import { describe, expect, it } from 'vitest'
import {
  type ScriptedTurn,
  shapes,
  toAgentRequests,
} from '../../../../test/support/conversations/agent-requests.ts'
import { readConversation, readOpening } from './read-conversation.ts'

const read = (messages: unknown) => readConversation(readOpening(messages))

const list = { name: 'bash', input: 'ls', output: 'a.ts' }
const turns: readonly ScriptedTurn[] = [
  { words: 'Fix the loop in a.ts', calls: [list, { ...list, input: 'cat a.ts' }], answer: 'Done.' },
  { words: 'Now the tests', calls: [{ ...list, input: 'npm test' }], answer: 'All pass.' },
  { words: 'commit it', calls: [], answer: 'Committed.' },
]

describe.each(shapes)('readConversation of %s', (shape) => {
  it('tells tool loops and turns of the user', () => {
    const requests = toAgentRequests(shape, turns)
    const readings = requests.map(({ messages }) => read(messages))
    expect(readings.map(({ isInToolLoop }) => isInToolLoop)).toEqual(
      requests.map((each) => each.isInToolLoop),
    )
    expect(readings.map(({ userTurns }) => userTurns)).toEqual([1, 1, 1, 2, 2, 3])
    expect(readings.map(({ hasAnswers }) => hasAnswers)).toEqual([false, true, true, true, true, true])
    expect(readings.map(({ hasTools }) => hasTools)).toEqual([false, true, true, true, true, true])
  })

  it('counts failed tools of the last turn only', () => {
    const failing = { ...list, isFailed: true }
    const script = [{ ...turns[0]!, calls: [failing, { ...failing, input: 'ls b' }] }, turns[1]!, turns[2]!]
    const errors = toAgentRequests(shape, script).map(({ messages }) => read(messages).signals.toolErrors)
    expect(errors).toEqual([0, 1, 2, 2, 0, 0])
  })

  it('counts the same call again, and the same result of it', () => {
    const test = { name: 'bash', input: 'npm test', output: '1 failed' }
    const signalsOf = (calls: ScriptedTurn['calls']) => {
      const last = toAgentRequests(shape, [{ words: 'Fix it', calls, answer: '' }]).at(-1)!
      return read(last.messages).signals
    }
    expect(signalsOf([test, test, test])).toMatchObject({ repeatedCalls: 2, noProgress: 2 })
    // With an edit between, and another result, the same call is progress.
    const edit = { name: 'edit', input: 'a.ts', output: 'ok' }
    expect(signalsOf([test, edit, test])).toMatchObject({ repeatedCalls: 0, noProgress: 1 })
    expect(signalsOf([test, edit, { ...test, output: '0 failed' }])).toMatchObject({ noProgress: 0 })
  })

  it('hears a complaint in the last turn only', () => {
    const script = [turns[0]!, { ...turns[1]!, words: 'No, it still fails.' }]
    const heard = toAgentRequests(shape, script).map(({ messages }) => read(messages).signals.complaints)
    expect(heard).toEqual([0, 0, 0, 1, 0])
  })
})

describe('readConversation', () => {
  const user = (content: unknown) => ({ role: 'user', content })
  const assistant = (content: unknown) => ({ role: 'assistant', content })
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  const called = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
  }
  const result = { role: 'tool', tool_call_id: 'c', content: '1' }

  it.each<[what: string, messages: readonly unknown[], isInToolLoop: boolean]>([
    ['nothing', [], false],
    ['an image alone', [user([image])], false],
    ['an image after an answer', [user('hi'), assistant('Show me.'), user([image])], false],
    ['an image after a tool’s result', [user('hi'), called, result, user([image])], true],
    ['words beside a tool’s result', [user('hi'), called, result, user('stop, use tabs')], false],
    [
      'words in the message of a tool’s result',
      [
        user('hi'),
        assistant([{ type: 'tool_use', id: 'c', name: 'f', input: {} }]),
        user([
          { type: 'tool_result', tool_use_id: 'c', content: 'x' },
          { type: 'text', text: 'stop' },
        ]),
      ],
      false,
    ],
    ['a call without its result', [user('hi'), called], true],
    ['the beginning of an answer', [user('hi'), assistant('{')], false],
    ['the beginning of an answer in a loop', [user('hi'), called, result, assistant('{')], true],
    [
      'a tool’s result as text (Cline)',
      [
        user('<task>\nFix it\n</task>'),
        assistant('<read_file>'),
        user("[read_file for 'a.ts'] Result:\nlet a"),
      ],
      true,
    ],
    ['a reminder after the words', [user('Fix it'), user('<system-reminder>x</system-reminder>')], false],
    ['a system message after a result', [user('hi'), called, result, { role: 'system', content: 'x' }], true],
    [
      'a call of the older form',
      [user('hi'), { ...called, tool_calls: undefined, function_call: { name: 'f' } }],
      true,
    ],
    ['a function’s result', [user('hi'), { role: 'function', name: 'f', content: '1' }], true],
    [
      'a custom tool of Codex',
      [user('hi'), { type: 'custom_tool_call_output', call_id: 'c', output: '1' }],
      true,
    ],
    ['a shell call', [user('hi'), { type: 'local_shell_call', call_id: 'c', action: {} }], true],
  ])('%s', (_, messages, isInToolLoop) => {
    expect(read(messages).isInToolLoop).toBe(isInToolLoop)
  })

  it('takes the input of Responses as a string', () => {
    expect(read('hello')).toMatchObject({ entries: 1, characters: 9, userTurns: 1 })
  })

  it.each([
    [[user('This session is being continued from a previous conversation that ran out of context.')]],
    [[user([{ type: 'text', text: 'What did we do so far?' }])]],
    [[{ type: 'compaction', encrypted_content: 'x' }, user('go on')]],
    [[assistant([{ type: 'compaction', content: 'summary' }]), user('go on')]],
  ])('finds a summary in %j', (messages) => {
    expect(read(messages).hasSummary).toBe(true)
    expect(read([user('Fix it'), assistant('ok'), user('go on')]).hasSummary).toBe(false)
  })

  it('reads what is new of a conversation that has grown', () => {
    const whole = [user('Fix it'), called, result, assistant('Done.'), user('Now the tests')]
    const before = read(whole.slice(0, 3))
    const grown = readConversation(readOpening(whole), before)
    expect(grown).toEqual({ ...read(whole), userTurns: 1 })
  })

  it('does not count encoded media as text', () => {
    const data = 'A'.repeat(10_000)
    const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }
    expect(read([user([picture])]).characters).toBeLessThan(100)
  })

  it('finds an error in what tools write', () => {
    const errorsOf = (output: unknown) =>
      read([user('hi'), called, { ...result, content: output }]).signals.toolErrors
    const failed = [
      'Error: no such file',
      'TypeError: x',
      'Traceback (most recent call last):',
      'Exit code 1\nfoo',
    ]
    const nested = [
      '{"output":"x","metadata":{"exit_code":2}}',
      [{ type: 'text', text: '<tool_use_error>x' }],
    ]
    for (const output of [...failed, ...nested]) expect([output, errorsOf(output)]).toEqual([output, 1])
    const fine = ['0 errors', 'Errors are values.', 'Exit code: 0\nerror: x', 'errno.h', '', null, 7]
    for (const output of fine) expect([output, errorsOf(output)]).toEqual([output, 0])
  })

  it('never throws, and reads a long conversation in linear time', () => {
    for (const odd of [null, 7, {}, [null, 7, 'x', []], [{ role: 7 }], [user({})], [{ type: 7 }]])
      expect(read(odd).isInToolLoop).toBe(false)
    const timeOf = (size: number) => {
      const output = 'word '.repeat(2000)
      const pair = [called, { ...result, content: output }, user(`<a>${'<b>'.repeat(50)}`)]
      const long = Array.from({ length: size }, () => pair).flat()
      const times = Array.from({ length: 5 }, () => {
        const begun = performance.now()
        read(long)
        return performance.now() - begun
      })
      return Math.min(...times)
    }
    timeOf(200)
    expect(timeOf(2000)).toBeLessThan(50 * timeOf(200) + 20)
  })
})
