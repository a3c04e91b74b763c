import { describe, expect, it } from 'vitest'
import { expectSound } from '../support/soak/expect-sound.ts'
import { spokenProtocols } from '../support/soak/plan.ts'
import { runSoak } from '../support/soak/run-soak.ts'

const requests = 20_000

describe(`${requests} requests to failing models`, () => {
  it('are each accounted for once, deceive no client and leave memory flat', async () => {
    const report = await runSoak({ requests, clients: 64, silenceMs: 10_000, seed: 20_261_128 })
    expectSound(report, requests)
    const forms = ['', ', stream']
    const pairs = spokenProtocols.flatMap((client) =>
      spokenProtocols.flatMap((model) => forms.map((form) => `${client} to ${model}${form}`)),
    )
    expect([...report.pairs].sort()).toEqual(pairs.sort())
    const [, second, , , last] = report.memory
    const shown = JSON.stringify(report.memory)
    expect(last!.heapMegabytes, shown).toBeLessThan(second!.heapMegabytes + 10)
    expect(last!.residentMegabytes, shown).toBeLessThan(second!.residentMegabytes * 1.1 + 20)
  })
})
