// Who answers each request of a conversation. A strategy is made once per run, and asked for each conversation.
import { findCacheTerms } from '../../dist/routing/sessions/cache-costs.js'
import { createSessions, defaultSessionOptions } from '../../dist/routing/sessions/sessions.js'

const threshold = 0.5
const wish = ({ strong, weak }, { strongWinRate }, at = threshold) => (strongWinRate >= at ? strong : weak)

/** The policy's choice at each turn, at any threshold: what the others are compared with at as many hard turns. */
export const eachTurnAt = (at) => (pair) => () => ({ choose: (request) => wish(pair, request, at), end() {} })

/** Each: pair → conversation's seed → (request → model, then what it read). */
export const strategies = {
  'always strong': (pair) => () => ({ choose: () => pair.strong, end() {} }),
  'always weak': (pair) => () => ({ choose: () => pair.weak, end() {} }),
  'each request alone': (pair) => () => ({
    choose: ({ ownWinRate }) => wish(pair, { strongWinRate: ownWinRate }),
    end() {},
  }),
  'each turn alone': eachTurnAt(threshold),
  'the first turn decides': (pair) => () => {
    let first
    return {
      choose(request) {
        first ??= wish(pair, request)
        return first
      },
      end() {},
    }
  },
  sessions: createSessionStrategy,
}

/** The gateway's own code, with messages of as many characters as the conversation has tokens times four. */
function createSessionStrategy(pair) {
  let now = 0
  const models = [pair.strong, pair.weak].map(toModel)
  const candidates = models.map((model) => ({ model, usd: null, excluded: null }))
  const sessions = createSessions({
    options: defaultSessionOptions,
    findTerms: () => findCacheTerms(pair.provider),
    now: () => now,
  })
  let conversations = 0
  return () => {
    const begun = now + 1e9
    const id = `conversation-${conversations++}`
    let messages = []
    let opened
    let calls = 0
    return {
      choose(request) {
        now = begun + request.at * 1000
        messages = [...messages, ...toMessages(request, messages, calls++)]
        if (request.kind === 'compaction') messages = summarised(calls)
        opened = sessions.open({
          headers: { 'x-routellm-session': id },
          body: { tools: pair.hasTools ? [{}] : [] },
          messages,
          name: 'auto',
          inputTokens: request.promptTokens,
        })
        const side = wish(pair, request) === pair.strong ? 'strong' : 'weak'
        const { strongWinRate } = request
        const { choice } = opened.settle({
          ...{ kind: 'routed', model: models[side === 'strong' ? 0 : 1], policy: null, router: 'r' },
          ...{ threshold, strongWinRate, side, candidates, scores: null, check: null },
        })
        opened.begin(choice.model, side === 'strong' ? models[0] : models[1])
        return choice.model === models[0] ? pair.strong : pair.weak
      },
      end(model, { promptTokens, outputTokens, at }, cachedTokens) {
        now = begun + at * 1000
        const tokens = { input: promptTokens, cachedInput: cachedTokens, output: outputTokens }
        const answered = model === pair.strong ? models[0] : models[1]
        sessions.end(opened.key, { model: answered, isAnswered: true, tokens, responseId: null })
      },
    }
  }
}

function toModel({ name, prices }) {
  return {
    ...{ name, provider: 'p', upstream: name },
    ...{ inputUsdPerMillionTokens: prices.input, outputUsdPerMillionTokens: prices.output },
  }
}

function toMessages({ kind, added }, before, call) {
  const text = `${call} ${'x'.repeat(added * 4)}`
  if (kind === 'tool') {
    const used = { type: 'function', id: `c${call}`, function: { name: 'f', arguments: `{"n":${call}}` } }
    return [
      { role: 'assistant', content: null, tool_calls: [used] },
      { role: 'tool', tool_call_id: `c${call}`, content: text },
    ]
  }
  const answer = before.length === 0 ? [] : [{ role: 'assistant', content: 'Done.' }]
  return [...answer, { role: 'user', content: text }]
}

function summarised(call) {
  const summary = 'This session is being continued from a previous conversation. '
  return [{ role: 'user', content: `${summary}${call} ${'x'.repeat(12_000)}` }]
}
