import { describe, expect, it } from 'vitest'
import { Libsql } from '../../../test/support/store/read-database.ts'
import { createRandom } from '../../base/math/random.ts'
import { bucketSql, findBucket, findPercentile } from './latency.ts'

const random = createRandom(7)
const times = Array.from({ length: 5000 }, () => Math.round(1000 * Math.exp(4 * random.next())))

describe('histograms of times', () => {
  it('have percentiles that are right to 5 %', () => {
    const histogram = new Map<number, number>()
    for (const time of times) histogram.set(findBucket(time), (histogram.get(findBucket(time)) ?? 0) + 1)
    const sorted = times.toSorted((a, b) => a - b)
    for (const fraction of [0.01, 0.5, 0.95, 1]) {
      const exact = sorted[Math.ceil(fraction * sorted.length) - 1]! / 1000
      expect(Math.abs(findPercentile(histogram, fraction)! / exact - 1)).toBeLessThan(0.051)
    }
    expect(findPercentile(new Map(), 0.5)).toBe(null)
  })

  it('have the same buckets in SQL', () => {
    const db = new Libsql(':memory:')
    db.exec('create table times (us bigint)')
    const all = [0, 1, 2, 10, 100, 1000, 10 ** 9, ...times]
    db.exec(`insert into times values ${all.map((time) => `(${time})`).join(',')}`)
    const rows = db.prepare(`select ${bucketSql('us')} as bucket from times order by rowid`).all()
    expect(rows.map(({ bucket }) => bucket)).toEqual(all.map(findBucket))
    db.close()
  })
})
