import type { Leaf } from './leaves.ts'

/** Whether one of these words occurs in a path. */
function words(...list: string[]): (leaf: Pick<Leaf, 'words'>) => boolean {
  const set = new Set(list)
  return ({ words: own }) => own.some((word) => set.has(word))
}

/** Whether one of these words occurs in the last name of a path. */
function last(...list: string[]): (leaf: Leaf) => boolean {
  const test = words(...list)
  return ({ lastWords }) => test({ words: lastWords })
}

export const isAsked = words(
  'prompt',
  'question',
  'query',
  'ask',
  'asked',
  'inquiry',
  'instruction',
  'utterance',
  'q',
  'frage',
  'pregunta',
  'pergunta',
  'domanda',
)
export const isInput = words('input', 'request', 'req', 'user', 'customer', 'human', 'client', 'in', 'sent')
export const isAnyText = words('message', 'messages', 'msg', 'text', 'content', 'body', 'command', 'task')
export const isReply = words(
  'answer',
  'answers',
  'reply',
  'replies',
  'response',
  'resp',
  'output',
  'out',
  'completion',
  'assistant',
  'bot',
  'generated',
  'generation',
  'result',
  'a',
  'antwort',
  'respuesta',
  'resposta',
  'risposta',
  'réponse',
)
export const isAside = words(
  'system',
  'instructions',
  'title',
  'description',
  'summary',
  'error',
  'reason',
  'note',
  'notes',
  'comment',
  'comments',
  'feedback',
  'agent',
  'template',
  'name',
  'url',
  'referrer',
  'useragent',
  'address',
  'subject',
)

export const isToken = words('token', 'tokens', 'tok', 'toks', 'usage', 'metering', 'units')
export const isIn = last(
  'in',
  'input',
  'inputs',
  'prompt',
  'prompts',
  'request',
  'req',
  'sent',
  'context',
  'inputtokens',
  'prompttokens',
)
export const isOut = last(
  'out',
  'output',
  'outputs',
  'completion',
  'completions',
  'response',
  'resp',
  'reply',
  'generated',
  'received',
  'answer',
  'outputtokens',
  'completiontokens',
)
export const isCached = words('cache', 'cached')
export const isOther = words(
  'total',
  'cost',
  'usd',
  'price',
  'limit',
  'max',
  'ms',
  'seconds',
  'latency',
  'duration',
  'per',
)

export const isModel = words('model', 'engine', 'llm', 'deployment')
export const isMoney = last('cost', 'usd', 'price', 'spend', 'charge')
export const isOtherMoney = words('eur', 'gbp', 'cents', 'unit', 'per', 'limit', 'budget', 'currency')
export const isMoment = last(
  'time',
  'timestamp',
  'at',
  'date',
  'created',
  'ts',
  'when',
  'datetime',
  'started',
  'start',
)
export const isLater = words('updated', 'ended', 'end', 'finished', 'closed', 'expires', 'deleted', 'birth')
export const isPerson = last(
  'user',
  'distinct',
  'customer',
  'client',
  'account',
  'member',
  'tenant',
  'owner',
  'userid',
  'uid',
  'by',
)
export const isGroup = last(
  'channel',
  'team',
  'feature',
  'tag',
  'topic',
  'category',
  'app',
  'project',
  'department',
  'intent',
  'usecase',
)

/** Whether a value is an identifier, by the last name of its path. */
export const isIdentity = last('id', 'uid', 'userid', 'uuid')
