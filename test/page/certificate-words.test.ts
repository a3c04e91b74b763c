import { expect, it } from 'vitest'
import { describeCertificates } from '../../web/views/routers/policy/describe-certificates.ts'

const one = { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil: '2099-12-28' }
const terms = 'at most 5 % of requests lost, 95 % confidence, until 2099-12-28'

it('a change says whether the certificate ends, stays, is replaced or comes back', () => {
  expect(describeCertificates(one, null, false)).toBe(
    `The certificate in service ends (${terms}). After this change no limit of the loss is guaranteed.`,
  )
  expect(describeCertificates(one, one, true)).toBe(`The certificate stays: ${terms}.`)
  expect(describeCertificates(one, one, false)).toContain('is replaced by another')
  expect(describeCertificates(one, { ...one, labels: 700 }, true)).toContain('is replaced by another')
  expect(describeCertificates(null, one, false)).toBe(`A certificate is in service again: ${terms}.`)
  expect(describeCertificates(null, null, false)).toMatch(/^There is no certificate/)
})
