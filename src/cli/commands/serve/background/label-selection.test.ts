import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../../config/parse-config.ts'
import { createLabelSelection } from './label-selection.ts'

const config = (labels: string) => parseConfig(`version: 1\n${labels}`, '/somewhere/routellm.yaml')
const quiet = { warn() {}, error() {} }

/** A start that counts, and the number of starts that it waits for. */
function counting(most: number, work: (count: number) => Promise<void> = async () => {}) {
  const files: string[] = []
  let reached: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    reached = resolve
  })
  return {
    files,
    done,
    async start(file: string) {
      files.push(file)
      if (files.length === most) reached()
      await work(files.length)
    },
  }
}

describe('the selection of requests for labels', () => {
  it('runs again and again while the configuration asks for it', async () => {
    const { files, done, start } = counting(3)
    const selection = createLabelSelection({
      isDrifting: () => false,
      log: quiet,
      keeps: true,
      everyMs: 1,
      start,
    })
    selection.configure(config('labels: {}'))
    await done
    expect(files[0]).toBe('/somewhere/routellm.yaml')
    selection.configure(config(''))
    const count = files.length
    await selection.close()
    expect(files.length).toBe(count)
  })

  it('does not run twice at once, and goes on after a failure, with a warning', async () => {
    const warnings: object[] = []
    let open = 0
    const { done, start } = counting(3, async (count) => {
      open++
      await new Promise((resolve) => setImmediate(resolve))
      expect(open).toBe(1)
      open--
      if (count === 1) throw new Error('locked')
    })
    const log = { ...quiet, warn: (fields: object) => warnings.push(fields) }
    const selection = createLabelSelection({ isDrifting: () => false, log, keeps: true, everyMs: 1, start })
    selection.configure(config('labels: { perDay: 5 }'))
    await done
    await selection.close()
    expect(warnings).toEqual([{ problem: 'locked' }])
  })

  it('puts requests unlike the labelled ones first while a certificate drifts', async () => {
    const asked: boolean[] = []
    const { done, start } = counting(2)
    const selection = createLabelSelection({
      ...{ log: quiet, keeps: true, everyMs: 1 },
      isDrifting: () => asked.length > 0,
      start(file, driftFirst) {
        asked.push(driftFirst)
        return start(file)
      },
    })
    selection.configure(config('labels: {}'))
    await done
    await selection.close()
    expect(asked.slice(0, 2)).toEqual([false, true])
  })

  it('is stopped at the end, and never begins without a store', async () => {
    let begun: () => void = () => {}
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const selection = createLabelSelection({
      isDrifting: () => false,
      log: { ...quiet, warn: () => expect.unreachable() },
      keeps: true,
      everyMs: 1,
      start: (_file, _driftFirst, signal) =>
        new Promise((_resolve, reject) => {
          begun()
          signal.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    })
    selection.configure(config('labels: {}'))
    await isBegun
    await selection.close()
    const none = counting(1)
    const idle = createLabelSelection({
      isDrifting: () => false,
      log: quiet,
      keeps: false,
      everyMs: 1,
      start: none.start,
    })
    idle.configure(config('labels: {}'))
    await idle.close()
    expect(none.files).toEqual([])
  })
})
