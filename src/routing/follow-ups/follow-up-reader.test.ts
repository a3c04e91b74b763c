import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtinArtifactFolder } from '../../base/artifact/builtin-folder.ts'
import { ArtifactError } from '../../errors.ts'
import { loadBuiltinEmbedder } from '../embedding/builtin/embedder.ts'
import type { FollowUpReader } from '../prompts/follow-up.ts'
import { type ChatMessage, defaultPromptRule, routedPrompt } from '../prompts/prompt-rule.ts'
import { createFollowUpReader, findFollowUpReader, loadFollowUpReader } from './follow-up-reader.ts'
import { encodeFollowUpWeights, parseFollowUpWeights, readFollowUpWeights } from './follow-up-weights.ts'

let reader: FollowUpReader
beforeAll(async () => {
  reader = await loadFollowUpReader()
})

const proof =
  'Prove that there are infinitely many primes congruent to 3 mod 4, and give the full argument with every step justified. Then compute 17*23*19 and show 3 ways.'
const user = (...texts: string[]): ChatMessage => ({
  role: 'user',
  content: texts.map((text) => ({ type: 'text', text })),
})
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content })
const scored = (...messages: ChatMessage[]) => routedPrompt(messages, defaultPromptRule, reader).text

describe('fault C3, case 06: a short follow-up keeps a hard conversation', () => {
  it.each([
    ...['continue', 'yes', '1', '2', 'option 2', 'explain further please', 'Elaborate on point 3'],
    ...['finish the proof', 'Next step please', 'hm, step 2 looks wrong', 'can u go on pls', '继续吧'],
    ...['続けてください', 'Ja, bitte mach weiter', 'sí, continúa por favor', "continuez s'il vous plaît"],
    ...[
      'да, продолжай пожалуйста',
      'y',
      'k',
      '👍',
      '(b)',
      'go deeper',
      'weiter',
      'Next',
      'run the tests again',
    ],
  ])('%j is scored with the proof before it', (turn) => {
    expect(scored(user(proof), assistant('Step 1...'), user(turn))).toBe(`${proof}\n\n${turn}`)
  })

  it('case 25: "commit it" does not drop to the weak model', () => {
    expect(scored(user(proof), assistant('Done.'), user('commit it'))).toBe(`${proof}\n\ncommit it`)
  })

  it.each([
    'What are your opening hours?',
    'Capital of France?',
    '2+2',
    'Good morning!!',
    'Write a haiku about rain',
    'What is 17*23?',
  ])('%j after a proof is scored alone', (turn) => {
    expect(scored(user(proof), assistant('Step 1...'), user(turn))).toBe(turn)
  })

  it('a short answer to a question is a follow-up', () => {
    expect(scored(user(proof), assistant('Which language shall I write it in?'), user('Lean'))).toBe(
      `${proof}\n\nLean`,
    )
  })
})

describe("fault C4, case 07: agents' text does not hide a follow-up", () => {
  const environment =
    '<environment_details>\n# VSCode Visible Files\nsrc/a.ts\n# Current Time\nmorning\n</environment_details>'
  const reminder =
    '<system-reminder>\nThe TODO list is empty. Do not mention this to the user.\n</system-reminder>'
  const first = user(`<task>\n${proof}\n</task>`, environment)

  it.each([
    ['plain', user('continue')],
    ['Claude Code: reminder and continue', user(reminder, 'continue')],
    ['Cline: continue and environment', user('<user_message>\ncontinue\n</user_message>', environment)],
  ])('%s', (_, turn) => {
    expect(scored(user(proof), assistant('ok'), turn)).toBe(`${proof}\n\ncontinue`)
  })

  it.each(['ok', 'This folder holds the bank service. It is small and friendly.'])(
    'a tool result (%j) leaves the scored text as it is',
    (result) => {
      const turn = user("[read_file for 'README.md'] Result:", result, environment)
      expect(scored(first, assistant('ok'), turn)).toBe(proof)
    },
  )
})

describe('createFollowUpReader', () => {
  it('takes a long or an empty turn for a complete request, without reading it', () => {
    for (const turn of ['', ' \n ', `continue ${'please '.repeat(40)}`, 'yes '.repeat(2_000_000)])
      expect(reader.isFollowUp(turn, '')).toBe(false)
    expect(reader.isFollowUp('  \n continue \n ', '')).toBe(true)
  })

  it('reads any text, and gives the same twice', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ unit: 'binary' }),
        (turn, answer) => {
          expect(reader.isFollowUp(turn, answer)).toBe(reader.isFollowUp(turn, answer))
        },
      ),
      { seed: 1, numRuns: 300 },
    )
  })

  it('reads only the end of an answer', () => {
    const asks = 'Which country?'
    expect(reader.isFollowUp('Canada', '')).toBe(false)
    expect(reader.isFollowUp('Canada', asks)).toBe(true)
    expect(reader.isFollowUp('Canada', `${'word '.repeat(1_000_000)}${asks}`)).toBe(true)
  })

  it('refuses weights for other vectors, and damaged ones', async () => {
    const weights = await readFollowUpWeights(builtinArtifactFolder())
    const embedder = await loadBuiltinEmbedder()
    const longer = { ...weights, featureWeights: new Float32Array(weights.featureWeights.length + 1) }
    expect(() => createFollowUpReader(embedder, longer)).toThrowError(
      expect.objectContaining({ code: 'follow-ups-file-unusable' }),
    )
    const bytes = encodeFollowUpWeights(weights)
    expect(parseFollowUpWeights(bytes, 'a file')).toEqual(weights)
    expect(() => parseFollowUpWeights(bytes.subarray(0, bytes.length - 4), 'a file')).toThrowError(
      ArtifactError,
    )
    const short = encodeFollowUpWeights({ ...weights, featureWeights: new Float32Array(3) })
    expect(() => parseFollowUpWeights(short, 'a file')).toThrowError(
      expect.objectContaining({ code: 'follow-ups-file-unusable' }),
    )
  })

  it('is left out with a warning if a file is missing', async () => {
    const warnings: string[] = []
    const found = await findFollowUpReader({ builtinFolder: '/nowhere' }, (message) => warnings.push(message))
    expect(found).toBeUndefined()
    expect(warnings).toEqual([expect.stringMatching(/^Follow-ups are recognised by lists of words only\. /)])
  })
})
