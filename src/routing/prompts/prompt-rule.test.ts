import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChatMessage, defaultPromptRule, routedPrompt } from './prompt-rule.ts'

const user = (content?: unknown): ChatMessage => ({ role: 'user', content })
const assistant = (content?: unknown): ChatMessage => ({ role: 'assistant', content })
const tool = (content?: unknown): ChatMessage => ({ role: 'tool', content })
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
const hard = 'Prove that the sum of two odd numbers is even, formally, in Lean 4.'

describe('routedPrompt', () => {
  it.each<[string, readonly ChatMessage[], string]>([
    ['the last user turn', [user('Explain monads'), assistant('…'), user(hard)], hard],
    [
      'text parts joined',
      [user([{ type: 'text', text: 'a' }, image, { type: 'input_text', text: 'b' }])],
      'a\nb',
    ],
    [
      'a text part beside audio and a file',
      [user([{ type: 'input_audio' }, { type: 'text', text: hard }])],
      hard,
    ],
    ['nothing for null', [user(null)], ''],
    ['nothing for absent content', [{ role: 'user' }], ''],
    ['nothing for no messages', [], ''],
    ['nothing for an image alone', [user([image])], ''],
    ['the earlier text before an image alone', [user(hard), assistant('Show me'), user([image])], hard],
    ['the earlier text before null content', [user(hard), assistant('Yes?'), user(null)], hard],
    ['the earlier text before blank content', [user(hard), assistant('Yes?'), user(' \n ')], hard],
    ['no tool results', [user(hard), assistant(null), tool('{"rows": 17}')], hard],
    ['no function turns', [user(hard), { role: 'function', content: 'result' }], hard],
    ['no tool results in a user turn', [user(hard), user([{ type: 'tool_result', text: 'x' }])], hard],
    ['a first turn alone, however short', [user('continue')], 'continue'],
    ['a first turn alone, after an image', [user([image]), assistant('?'), user('go on')], 'go on'],
    ['a follow-up with its request', [user(hard), assistant('…'), user('commit it')], `${hard}\n\ncommit it`],
    [
      'a follow-up across tool calls',
      [
        user(hard),
        assistant(null),
        tool('ok'),
        assistant('done'),
        user('yes, go on'),
        assistant('…'),
        user('ok'),
      ],
      `${hard}\n\nyes, go on\n\nok`,
    ],
    [
      'only back to the nearest request',
      [user('Tell me about Rome'), user(hard), assistant('…'), user('continue')],
      `${hard}\n\ncontinue`,
    ],
    [
      'a short new question alone',
      [user('hi'), assistant('Hello!'), user('What is 17*23?')],
      'What is 17*23?',
    ],
    [
      'a short new task alone',
      [user('hi'), assistant('Hello!'), user("Prove Fermat's last theorem.")],
      "Prove Fermat's last theorem.",
    ],
  ])('routes on %s', (_, messages, text) => {
    expect(routedPrompt(messages)).toEqual({ text, system: '' })
  })

  it('keeps the text as it came', () => {
    expect(routedPrompt([user('  two\n\nlines \n')]).text).toBe('  two\n\nlines \n')
  })

  it('joins system and developer messages apart from the text', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      user(hard),
      { role: 'developer', content: [{ type: 'text', text: 'Use Lean 4.' }] },
      { role: 'system', content: null },
    ]
    expect(routedPrompt(messages)).toEqual({ text: hard, system: 'Be brief.\nUse Lean 4.' })
  })

  it('is the same within an agent and without one', () => {
    const environment = '<environment_details>\n# Current Time\nmorning\n</environment_details>'
    const said = (...texts: string[]) => user(texts.map((text) => ({ type: 'text', text })))
    const followUp = `${hard}\n\ncontinue`
    const plain = [user(hard), assistant('ok')]
    expect(routedPrompt([...plain, user('continue')]).text).toBe(followUp)
    const reminder = '<system-reminder>\nThe TODO list is empty.\n</system-reminder>'
    expect(routedPrompt([...plain, said(reminder, 'continue')]).text).toBe(followUp)
    expect(routedPrompt([...plain, user(`${reminder}\ncontinue`)]).text).toBe(followUp)
    const cline = [said(`<task>\n${hard}\n</task>`, environment), assistant('ok')]
    expect(routedPrompt(cline).text).toBe(hard)
    expect(
      routedPrompt([...cline, said('<user_message>\ncontinue\n</user_message>', environment)]).text,
    ).toBe(followUp)
    // The model of a tool loop stays, whatever the tools write.
    const results = [
      'ok',
      'This folder holds the bank service. It is small and friendly.',
      'x = 2 '.repeat(999),
    ]
    for (const result of results) {
      const turn = said("[read_file for 'README.md'] Result:", result, environment)
      expect(routedPrompt([...cline, turn]).text).toBe(hard)
      expect(routedPrompt([...cline, turn, assistant('…'), turn]).text).toBe(hard)
    }
    const codex = [user('<environment_context>\n<cwd>/x</cwd>\n</environment_context>'), user(hard)]
    expect(routedPrompt(codex).text).toBe(hard)
    expect(routedPrompt([...codex, assistant('…'), user('<turn_aborted>x</turn_aborted>')]).text).toBe(hard)
  })

  it('goes back at most maxTurns user turns', () => {
    const messages = [user(hard), ...Array(20).fill(user('continue'))]
    expect(routedPrompt(messages).text).toBe(Array(8).fill('continue').join('\n\n'))
    expect(routedPrompt(messages, { ...defaultPromptRule, maxTurns: 1 }).text).toBe('continue')
    expect(routedPrompt(messages, { ...defaultPromptRule, maxTurns: 21 }).text).toMatch(/^Prove/)
  })

  it('routes on the last turn alone where follow-ups are switched off', () => {
    const rule = { ...defaultPromptRule, followUp: null }
    expect(routedPrompt([user(hard), user('commit it')], rule).text).toBe('commit it')
  })

  it("gives the reader the assistant's last text between the two turns of the user", () => {
    const answers: string[] = []
    const reader = {
      isFollowUp(_turn: string, answer: string) {
        answers.push(answer)
        return true
      },
    }
    const asks = [
      { type: 'text', text: 'Let me see.' },
      { type: 'output_text', text: 'Which city?' },
    ]
    routedPrompt(
      [
        user(hard),
        assistant(asks),
        user('Berlin'),
        user('go on'),
        assistant('Sure.'),
        tool('x'),
        assistant(null),
        user('ok'),
      ],
      defaultPromptRule,
      reader,
    )
    expect(answers).toEqual(['Sure.', '', 'Which city?'])
  })

  it('does not ask the reader about the first turn, which follows nothing', () => {
    const reader = {
      isFollowUp(): boolean {
        throw new Error('asked')
      },
    }
    const first = [{ role: 'system', content: 'Be brief.' }, assistant('Hello, what can I do?'), user('ok')]
    expect(routedPrompt(first, defaultPromptRule, reader).text).toBe('ok')
  })

  it('is not asked again by the steps of a tool loop: what follows the turn is not read', () => {
    const answers = new Set<string>()
    const reader = { isFollowUp: (_turn: string, answer: string) => answers.add(answer).size > 0 }
    const turns = [user(hard), assistant('Shall I commit it?'), user('yes')]
    const loop = [assistant('On it?'), tool('ok'), assistant('1. done 2. not done?'), tool('ok')]
    for (let steps = 0; steps <= loop.length; steps++)
      expect(routedPrompt([...turns, ...loop.slice(0, steps)], defaultPromptRule, reader).text).toBe(
        `${hard}\n\nyes`,
      )
    expect([...answers]).toEqual(['Shall I commit it?'])
  })

  it('takes an 8 MB turn as it is', () => {
    const huge = 'word '.repeat(1_600_000)
    expect(routedPrompt([user(hard), user(huge)]).text).toBe(huge)
  })
})

describe('routedPrompt, whatever it is given', () => {
  const turn = fc.record({
    role: fc.constantFrom('user', 'assistant', 'tool', 'function', 'system', 'developer'),
    content: fc.oneof(
      fc.string(),
      fc.constantFrom('continue', 'commit it', hard, null),
      fc.array(fc.record({ type: fc.constantFrom('text', 'input_text', 'image_url'), text: fc.string() })),
    ),
  })

  it('never throws on odd shapes', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (messages) => {
        const prompt = routedPrompt(JSON.parse(JSON.stringify(messages)))
        expect(typeof prompt.text).toBe('string')
        expect(typeof prompt.system).toBe('string')
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('never throws on odd contents and parts of a user turn', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())), (content) => {
        expect(typeof routedPrompt([user(hard), user(content)]).text).toBe('string')
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  it('is not moved by assistant, tool and function turns', () => {
    fc.assert(
      fc.property(fc.array(turn), (messages) => {
        const spoken = messages.filter((each) => !['assistant', 'tool', 'function'].includes(each.role))
        expect(routedPrompt(messages)).toEqual(routedPrompt(spoken))
      }),
      { seed: 5 },
    )
  })

  it('ends with the last user text, and holds nothing but user texts', () => {
    fc.assert(
      fc.property(fc.array(turn), (messages) => {
        const { text } = routedPrompt(messages)
        const userTexts = messages
          .filter((each) => each.role === 'user')
          .map((each) => routedPrompt([each]).text)
          .filter((each) => each !== '')
        expect(text.endsWith(userTexts.at(-1) ?? '')).toBe(true)
        const tails = userTexts.map((_, first) => userTexts.slice(first).join('\n\n'))
        expect(userTexts.length === 0 ? [''] : tails).toContain(text)
      }),
      { seed: 6 },
    )
  })
})
