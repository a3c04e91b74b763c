import { expect, it } from 'vitest'
import { parseConfig } from '../../../../config/parse-config.ts'
import type { StoreReader } from '../../../../store/reader/store-reader.ts'
import { createDifferenceActions } from './difference-actions.ts'

const config = parseConfig(
  'version: 1\nrouters: { mine: { kind: random } }\npolicies: { halves: { kind: pair, strong: strong, weak: weak, router: mine, threshold: 0.5 } }',
  '/somewhere/routellm.yaml',
)
const versions = [{ locked: { router: 'learned-1', threshold: 0.4 } }, { locked: { threshold: 0.3 } }]

function create() {
  const started: string[][] = []
  const actions = createDifferenceActions({
    reader: {
      read: async (_name: string, { policy }: { policy: string }) => (policy === 'halves' ? versions : []),
    } as never as StoreReader,
    config: () => config,
    run: async (argv) => {
      started.push([...argv])
      return '{}'
    },
  })
  const start = async (from: string, to: string) => {
    await actions.start({ policy: 'halves', from, to, limit: 10 })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { start, started }
}

it('compares what is in service, routers of the configuration, and those that were in service', async () => {
  const { start, started } = create()
  await start('serving', 'configured@0.4')
  await start('canary', 'mine')
  await start('learned-1', 'learned-1@.3')
  expect(started.map((argv) => argv.slice(-2).join(' '))).toEqual([
    ...['serving configured@0.4', 'canary mine', 'learned-1 learned-1@.3'],
  ])
})

it('refuses paths and other names', async () => {
  const { start, started } = create()
  for (const name of ['/etc', './mine', '../learned-1', 'C:\\mine', 'mine/', 'learned-2', '/etc@0.5', ''])
    await expect(start('serving', name), name).rejects.toMatchObject({
      ...{ code: 'unknown-router', status: 400, param: 'to' },
      message: expect.stringMatching(/is no version of halves: choose serving/),
    })
  await expect(start('/etc', 'serving')).rejects.toMatchObject({ param: 'from' })
  await expect(start('serving@2', 'serving')).rejects.toMatchObject({ code: 'bad-threshold', status: 400 })
  expect(started).toEqual([])
})
