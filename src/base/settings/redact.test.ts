import { describe, expect, it } from 'vitest'
import { hideKnown, redactSecrets, redactUrl } from './redact.ts'

describe('redactUrl', () => {
  it.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1'],
    ['https://user:pass@api.example.com/v1', 'https://…@api.example.com/v1'],
    ['https://token@api.example.com', 'https://…@api.example.com'],
    ['https://a:b@c@host/v1', 'https://…@host/v1'],
    ['https://host/v1?api-version=1&key=s3cret', 'https://host/v1?api-version=…&key=…'],
    ['socks5://user:pass@proxy:1080', 'socks5://…@proxy:1080'],
    ['"https://host/v1?key=s3cret", a?b=c', '"https://host/v1?key=…", a?b=c'],
    ['not a url user:pass@host', 'not a url user:pass@host'],
  ])('%s → %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown)
  })
})

describe('redactSecrets', () => {
  it.each([
    ['Incorrect API key: sk-proj-abcdef_12', 'Incorrect API key: sk-…'],
    ['authorization: Bearer abcdef.ghi-jkl=', 'authorization: Bearer …'],
    ['key AIzaSyA1234567890', 'key AIza…'],
    ['hf_abcdefgh and gsk_12345678', 'hf_… and gsk_…'],
    ['at https://u:p@h/x and http://v:q@i', 'at https://…@h/x and http://…@i'],
    ['risk-averse, task-based', 'risk-averse, task-based'],
  ])('%s → %s', (text, shown) => {
    expect(redactSecrets(text)).toBe(shown)
  })

  it('hides known secrets of any form, wherever they are', () => {
    expect(redactSecrets('a+secret.(x) b a+secret.(x)', ['a+secret.(x)'])).toBe('… b …')
  })
})

it('hideKnown changes nothing else, and an empty secret hides nothing', () => {
  expect(hideKnown('sk-abcdefgh a@b abc', ['', 'abc'])).toBe('sk-…defgh a@b …')
})
