import { expect, it } from 'vitest'
import { InvalidRequestError } from '../../errors.ts'
import { parseFeedbackBody } from './feedback-body.ts'

it.each([{}, { scores: {} }])('feedback that says nothing is refused: %j', (said) => {
  const parse = () => parseFeedbackBody({ requestId: 'rllm-1', ...said })
  expect(parse).toThrow(InvalidRequestError)
  expect(parse).toThrow('says nothing')
})

it('feedback needs one field that says something', () => {
  for (const said of [{ thumbs: 'up' }, { score: 0 }, { correction: 'No.' }, { scores: { small: 0 } }])
    expect(parseFeedbackBody({ requestId: 'rllm-1', ...said })).toEqual({ requestId: 'rllm-1', ...said })
})
