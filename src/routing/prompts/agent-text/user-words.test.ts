import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { userWords } from './user-words.ts'
import { agentWrappers, unwrappedTags } from './wrappers.ts'

const environment =
  '<environment_details>\n# VSCode Visible Files\nsrc/a.ts\n# Current Time\nmorning\n</environment_details>'

describe('userWords', () => {
  it.each<[agent: string, parts: readonly string[], words: string]>([
    [
      'Claude Code: a reminder',
      ['<system-reminder>\nDo not mention it.\n</system-reminder>', 'continue'],
      'continue',
    ],
    [
      'Claude Code: one string',
      ['<system-reminder>a</system-reminder>\ncontinue\n<system-reminder>b</system-reminder>'],
      'continue',
    ],
    [
      'Claude Code: a reminder on the same line',
      ['continue <system-reminder>a</system-reminder>'],
      'continue',
    ],
    ['Claude Code: nothing else', ['<system-reminder>a</system-reminder>'], ''],
    [
      'Claude Code: a local command',
      [
        '<command-name>/model</command-name>\n<command-message>model</command-message>\n<command-args></command-args>',
      ],
      '',
    ],
    ['Claude Code: its output', ['<local-command-stdout>Set model</local-command-stdout>'], ''],
    ['Claude Code: an interruption', ['[Request interrupted by user for tool use]', 'use tabs'], 'use tabs'],
    ['Claude Code: in one string', ['[Request interrupted by user]\nuse tabs'], 'use tabs'],
    [
      'Claude Code: the file that is open',
      ['<ide_opened_file>The user opened a.ts</ide_opened_file>Fix the loop'],
      'Fix the loop',
    ],
    ['Cline: the task', ['<task>\nFix it\n</task>', environment], 'Fix it'],
    ['Cline: one string', [`<task>\nFix it\n</task>\n\n${environment}`], 'Fix it'],
    ['Cline: a message', ['<user_message>\ncontinue\n</user_message>', environment], 'continue'],
    ['Cline: a tool result', ["[read_file for 'README.md'] Result:", 'A small folder.', environment], ''],
    ['Cline: in one part', ["[execute_command for 'npm test'] Result:\nok\nfine", environment], ''],
    [
      'Cline: the answer to a question',
      [
        "[ask_followup_question for 'Which of\nthese?'] Result:",
        '<answer>\nthe first\n</answer>',
        environment,
      ],
      'the first',
    ],
    [
      'Cline: feedback',
      [
        "[write_to_file for 'a.ts'] Result:",
        'The user denied this operation and provided the following feedback:\n<feedback>\nuse tabs\n</feedback>',
      ],
      'use tabs',
    ],
    [
      'Cline: no tool used',
      [
        '[ERROR] You did not use a tool in your previous response! Please retry with a tool use.\n\n# Reminder',
        environment,
      ],
      '',
    ],
    [
      'Cline: resumed',
      [
        '[TASK RESUMPTION] This task was interrupted.\n\nNew message to respond to with plan_mode_respond tool:\n<user_message>\ngo on\n</user_message>',
        environment,
      ],
      'go on',
    ],
    [
      'Roo Code: a header with advice',
      ["[read_file for 'a.ts'. Reading multiple files at once is more efficient.] Result:\n<files>x</files>"],
      '',
    ],
    [
      'Cursor',
      [
        '<additional_data>\n<open_and_recently_viewed_files>a</open_and_recently_viewed_files>\n</additional_data>',
        '<user_query>\nFix it\n</user_query>',
      ],
      'Fix it',
    ],
    ['Cursor: with a time', ['<timestamp>Monday</timestamp>\n<user_query>\nFix it\n</user_query>'], 'Fix it'],
    [
      'Cursor: its first message',
      ['<user_info>\nOS: linux\n</user_info>\n\n<rules>\nUse tabs\n</rules>'],
      '',
    ],
    ['Codex: the environment', ['<environment_context>\n<cwd>/x</cwd>\n</environment_context>'], ''],
    ['Codex: instructions', ['<user_instructions>\nUse tabs\n</user_instructions>'], ''],
    [
      'Codex: AGENTS.md',
      ['# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>\nUse tabs\n</INSTRUCTIONS>'],
      '',
    ],
    ['Codex: a tag with a space', ['<permissions instructions>\nread only\n</permissions instructions>'], ''],
    [
      'Codex in an editor',
      ['# Context from my IDE setup:\n\n## Active file: a.ts\n\n## My request for Codex:\nadd a retry\n'],
      'add a retry',
    ],
    [
      'Codex with files',
      ['# Files mentioned by the user:\n## a.png: /a.png\n## My request:\nRead it'],
      'Read it',
    ],
    [
      'Copilot',
      [
        '<context>\nToday is Monday\n</context>\n<reminderInstructions>\nGo on\n</reminderInstructions>\n<userRequest>\nExplain it\n</userRequest>',
      ],
      'Explain it',
    ],
    [
      'Copilot: its first message',
      ['<environment_info>\nLinux\n</environment_info>\n<workspace_info>\n/x\n</workspace_info>'],
      '',
    ],
    [
      'Gemini CLI',
      ['This is the Gemini CLI. We are setting up the context for our chat.\nToday is Monday.'],
      '',
    ],
    [
      'Gemini CLI: newer',
      [
        '<session_context>\nThis is the Gemini CLI. We are setting up the context for our chat.\n</session_context>',
      ],
      '',
    ],
    [
      'Qwen Code',
      ['This is the Qwen Code. We are setting up the context for our chat.\nToday is Monday.'],
      '',
    ],
    [
      'Qwen Code: files',
      [
        'Summarise @a.ts',
        '\n--- Content from referenced files ---',
        '\nContent from @a.ts:\n',
        'let a',
        '\n--- End of content ---',
      ],
      'Summarise @a.ts',
    ],
    [
      'Qwen Code: files in one string',
      ['Summarise @a.ts\n--- Content from referenced files ---\nlet a\n--- End of content ---\nin French'],
      'Summarise @a.ts\n\nin French',
    ],
    [
      'opencode',
      [
        'Explain @a.ts',
        'Called the Read tool with the following input: {"filePath":"/a.ts"}',
        '<file>\n00001| let a\n</file>',
      ],
      'Explain @a.ts',
    ],
    [
      'Aider: files',
      ['I have *added these files to the chat* so you can go ahead and edit them.\n\na.py\n```\nx\n```'],
      '',
    ],
    [
      'Aider: the map',
      ['Here are summaries of some files present in my git repository.\nDo not propose changes'],
      '',
    ],
    ['Aider: its rules', ['Rename x\n\n# *SEARCH/REPLACE block* Rules:\n\nEvery block'], 'Rename x'],
    [
      'Continue',
      [
        '```a.ts\nlet a\n```',
        'Use the above code to answer the following question. You should not',
        'What is a?',
      ],
      '```a.ts\nlet a\n```\nWhat is a?',
    ],
    ['OpenHands', ['EXECUTION RESULT of [execute_bash]:\n/workspace'], ''],
    ['mini-swe-agent', ['<returncode>0</returncode>\n<output>\ntotal 1\n</output>'], ''],
    ['Hermes', ['<tool_response>\n{"a": 1}\n</tool_response>\n<tool_response>\n2\n</tool_response>'], ''],
  ])('takes what the user says from %s', (_agent, parts, words) => {
    expect(userWords(parts)).toBe(words)
  })

  it.each([
    'Explain <system-reminder> in one sentence',
    '<task>Translate</task> <text>Guten Tag</text>',
    '<rules>No adverbs</rules>\nWrite a story',
    '<output>x</output> Why is this printed?',
    'What does [read_file] do?',
    '[note] Result: 4',
    'In the log it says [x] Result: y',
    'Explain the literal marker --- Content from referenced files ---',
    'The tool execution failed with the following error:\n\n404\n\nPlease fix it.',
    'I updated the files. What is next?',
    '# Title\n\n## My request:\nRead all of this',
    'a < b && c > d',
    '<div><p>Fix this</p></div>',
    '  two\n\nlines \n',
  ])('leaves %j as it came', (text) => {
    expect(userWords([text])).toBe(text)
  })

  it('knows the source of each row', () => {
    for (const { agents, source } of agentWrappers) expect([agents, source]).not.toContain('')
  })

  it('reads hostile text in linear time: each step is counted', () => {
    const tags = agentWrappers.flatMap(({ dataTags = [], followingDataTags = [] }) => [
      ...dataTags,
      ...followingDataTags,
    ])
    const hostile = [
      (n: number) =>
        tags
          .map((tag) => `<${tag}>`)
          .join('')
          .repeat(n),
      (n: number) => '<system-reminder></system-reminder>  <rules></rules>'.repeat(n),
      (n: number) => `${' '.repeat(n * 20)}<rules>`.repeat(4),
      (n: number) => '] Result:\n'.repeat(n * 20),
      (n: number) => '] Result:'.repeat(n * 20),
      (n: number) => '[read_file '.repeat(n * 20),
      (n: number) => `x${' # *SEARCH/REPLACE block* Rules:'.repeat(n * 8)}`,
      (n: number) => '<answer>'.repeat(n * 20),
      (n: number) => `[read_file] Result:${'<answer>'.repeat(n * 20)}`,
      (n: number) => '<user_query>'.repeat(n * 20),
      (n: number) => '<'.repeat(n * 200),
    ]
    for (const text of hostile) {
      const [once, twice] = [countSteps(text(50)), countSteps(text(100))]
      expect(twice).toBeLessThanOrEqual(once * 2.2 + 200)
    }
  })

  it('property: never throws, and returns characters of the turn in their order', () => {
    const pieces = fc.constantFrom(
      ...agentWrappers.flatMap(({ dataTags = [], wordTags = [] }) =>
        [...dataTags, ...wordTags].flatMap((tag) => [`<${tag}>`, `</${tag}>`]),
      ),
      ...unwrappedTags.flatMap((tag) => [`<${tag}>`, `</${tag}>`]),
      ...['[read_file] Result:', '\n', ' ', 'word', '--- Content from referenced files ---'],
    )
    fc.assert(
      fc.property(fc.array(fc.array(pieces).map((each) => each.join(''))), (parts) => {
        const words = userWords(parts)
        const all = parts.join('\n')
        let at = 0
        for (const character of words) at = all.indexOf(character, at) + 1 || Number.POSITIVE_INFINITY
        expect(at).toBeLessThanOrEqual(all.length)
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})

/** How many characters the searches of `userWords` pass over in `text`. */
function countSteps(text: string): number {
  let steps = 0
  const { indexOf, lastIndexOf, slice } = String.prototype
  const spies = {
    indexOf(this: string, part: string, from = 0) {
      const found = indexOf.call(this, part, from)
      steps += (found === -1 ? this.length : found) - Math.min(from, this.length) + 1
      return found
    },
    lastIndexOf(this: string, part: string, from = this.length) {
      const found = lastIndexOf.call(this, part, from)
      steps += Math.min(from, this.length) - Math.max(found, 0) + 1
      return found
    },
    slice(this: string, from?: number, to?: number) {
      steps++
      return slice.call(this, from, to)
    },
  }
  Object.assign(String.prototype, spies)
  try {
    userWords([text])
  } finally {
    Object.assign(String.prototype, { indexOf, lastIndexOf, slice })
  }
  return steps
}
