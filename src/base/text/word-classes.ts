import { createHashIndex, type HashIndex } from './hash-index.ts'
import { hashOfWord } from './token-hash.ts'

/**
 * Words that indicate the task of a prompt. A word may be in several classes. The lists are short on purpose:
 * each class is a feature that a person can check by reading.
 */
const words = {
  question: 'what which who whom whose when where',
  explanation: 'why how explain describe discuss analyze analyse justify reason reasons because understand',
  proof: 'prove proof show derive theorem lemma deduce infer conclude therefore hence',
  computation:
    'calculate compute determine evaluate solve simplify estimate find sum product average total difference',
  writing:
    'write essay story poem letter email blog article draft compose summarize summarise rewrite rephrase translate',
  instruction:
    'list give provide create generate design implement identify choose select make use fill answer return',
  step: 'step steps first second third then next finally after before later last',
  negation:
    'not no never none nor neither without except cannot least false incorrect wrong nothing unlikely',
  condition: 'if unless suppose assume given let provided whether would could should might',
  comparison:
    'more less than greater larger smaller fewer most least better best higher lower longer equal same',
  quantifier: 'all every each any some both either many few several only exactly',
  quantity:
    'one two three four five six seven eight nine ten dozen hundred thousand million half twice double triple quarter percent per',
  unit: 'dollars cents hours hour minutes minute days day weeks week months years year miles km kg grams meters feet inches pounds cm mm seconds degrees',
  person: 'i me my you your we our us',
  polite: 'please thanks thank hi hello help want need like',
  code: 'def function class int str string array print import python java javascript code program sql html json self assert boolean null true const var void algorithm api',
} as const

export type WordClass = keyof typeof words

export const wordClasses = Object.keys(words) as readonly WordClass[]

/** Bit `i` of the value found for a word is set if the word is in `wordClasses[i]`. */
export function createWordClassIndex(): HashIndex {
  const bits = new Map<string, number>()
  wordClasses.forEach((name, index) => {
    for (const word of words[name].split(' ')) bits.set(word, (bits.get(word) ?? 0) | (1 << index))
  })
  return createHashIndex([...bits.keys()].map(hashOfWord), [...bits.values()])
}
