// A router of your own: a name and a win rate. The contract suite says whether it keeps the rules of a router.
import { createProvider, type Router } from 'routellm'
import { createGateway } from 'routellm/server'
import { routerContract } from 'routellm/testing'

/** Proofs and code need the strong model; the rest seldom does. */
function createKeywordRouter(): Router {
  return {
    name: 'keywords',
    strongWinRate: ({ text }) => (/\b(prove|proof|code|debug)\b/i.test(text) ? 0.9 : 0.1),
  }
}

for (const { run } of await routerContract(createKeywordRouter)) await run()

const gateway = createGateway({
  routers: [createKeywordRouter()],
  providers: [await createProvider({ kind: 'demo', name: 'demo' })],
  models: [
    { name: 'strong', provider: 'demo', upstream: 'strong' },
    { name: 'weak', provider: 'demo', upstream: 'weak' },
  ],
  pair: { strong: 'strong', weak: 'weak' },
  auto: { kind: 'threshold', router: 'keywords', threshold: 0.5 },
})
for (const text of ['Prove that there are infinitely many primes.', 'Good morning!']) {
  const { model, strongWinRate } = await gateway.explain({ model: 'auto', prompt: text })
  console.log(`${text} → ${model} (${strongWinRate})`)
}
await gateway.close()
