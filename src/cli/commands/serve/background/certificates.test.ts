import { afterEach, expect, it } from 'vitest'
import { parseConfig } from '../../../../config/parse-config.ts'
import { type Certificates, createCertificates } from './certificates.ts'

let certificates: Certificates | undefined
afterEach(() => certificates?.close())

const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
const serving = {
  ...{ router: 'learned-1', artifact: 'nowhere', sha256: 'a'.repeat(64), threshold: 0.3 },
  certificate: { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil: tomorrow },
  evidence: { against: 'mf', apgr: null, strongCallFraction: 0.3 },
}
const lock = { file: '/etc/l.yaml', routes: [{ name: 'auto', policy: null, serving, canary: null }] }
const alarm = { values: 300, evidence: 90, distance: 0.2 }

it.each([
  ['', /run `routellm labels select --drifting`/],
  ['labels: { perDay: 5 }\n', /the server puts requests unlike the labelled ones up first/],
])('says in its warning of drift which prompts to label, with %j', async (labels, expected) => {
  const warnings: string[] = []
  certificates = createCertificates({ warn: (_fields, message) => void warnings.push(message), error() {} })
  await certificates.configure({ ...parseConfig(`version: 1\n${labels}`, '/etc/routellm.yaml'), lock })
  expect(certificates.isDrifting()).toBe(false)
  certificates.setAlarm('auto', 'quality', alarm)
  expect(certificates.isDrifting()).toBe(true)
  expect(warnings).toEqual([expect.stringMatching(expected)])
  expect(certificates.figures()).toMatchObject([{ policy: 'auto', drift: { quality: true } }])
})
