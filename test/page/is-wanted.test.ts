import { expect, it } from 'vitest'
import type { RequestSummary } from '../../src/store/reader/answers.ts'
import { isWanted } from '../../web/views/requests/list/is-wanted.ts'

it.each([
  ['503', [503]],
  ['error', [429, 503]],
  ['ok', [200]],
])('a live request is shown if its status is asked for: %s', (status, expected) => {
  const parameters = new URLSearchParams({ status })
  const request = (of: number) => ({ id: 'rllm-1', status: of }) as unknown as RequestSummary
  expect([200, 429, 503].filter((each) => isWanted(parameters, request(each)))).toEqual(expected)
})
