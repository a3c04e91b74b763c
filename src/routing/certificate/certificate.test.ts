import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { certificateStatus } from './certificate.ts'
import { parseCertificate } from './certificate-schema.ts'

const certificate = { maxLoss: 0.05, confidence: 0.95, labels: 612, validUntil: '2026-12-28' }
const evidence = { against: 'mf', apgr: 0.71 }
const at = (time: string) => Date.parse(time)

describe('a certificate', () => {
  it('is read as a lock file has it', () => {
    const text = `
certificate: { maxLoss: 0.05, confidence: 0.95, labels: 612, validUntil: 2026-12-28 }
evidence: { against: mf, apgr: 0.71 }`
    expect(parseCertificate(parse(text))).toEqual({ certificate, evidence })
    const full = { ...evidence, lossBound: 0.049, lost: 20, strongCallFraction: 0.4 }
    expect(parseCertificate({ certificate, evidence: full }).evidence).toEqual(full)
  })

  it.each([
    [{ certificate: { ...certificate, maxLoss: 5 } }, '`certificate.maxLoss`'],
    [{ certificate: { ...certificate, confidence: 1 } }, '`certificate.confidence`'],
    [{ certificate: { ...certificate, labels: 0 } }, '`certificate.labels`'],
    [{ certificate: { ...certificate, validUntil: '2026-02-30' } }, '`certificate.validUntil`'],
    [{ certificate: { ...certificate, valid: true } }, 'valid'],
    [{ evidence: { ...evidence, lossBound: 0.06 } }, '`evidence.lossBound`: must be at most `maxLoss`'],
    [{ evidence: { ...evidence, lost: 613 } }, '`evidence.lost`: must be at most `labels`'],
    [{ evidence: undefined }, '`evidence`'],
  ])('is refused with %j', (fault, message) => {
    const run = () => parseCertificate({ certificate, evidence, ...fault })
    expect(run).toThrow(expect.objectContaining({ code: 'invalid-certificate' }))
    expect(run).toThrow(message)
  })

  it('holds until its day begins in UTC', () => {
    expect(certificateStatus(certificate, at('2026-12-27T23:59:59.999Z'))).toEqual({
      kind: 'valid',
      daysLeft: 1,
    })
    expect(certificateStatus(certificate, at('2026-12-21T12:00:00Z'))).toEqual({ kind: 'valid', daysLeft: 7 })
    expect(certificateStatus(certificate, at('2026-12-28T00:00:00Z'))).toEqual({
      kind: 'expired',
      since: '2026-12-28',
    })
  })

  it('ends with drift, and names every figure that shows it', () => {
    const alarm = { values: 300, evidence: 25, distance: 0.2 }
    const now = at('2026-12-01T00:00:00Z')
    expect(certificateStatus(certificate, now, { quality: alarm, scores: alarm, similarity: null })).toEqual({
      kind: 'drifted',
      alarms: [
        { figure: 'scores', alarm },
        { figure: 'quality', alarm },
      ],
    })
    expect(certificateStatus(certificate, now, { similarity: null }).kind).toBe('valid')
  })

  it('does not hold at a time that is none', () => {
    expect(certificateStatus(certificate, Number.NaN).kind).toBe('expired')
  })
})
