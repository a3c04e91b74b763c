import { describe, expect, it } from 'vitest'
import { clientKeyHmac } from './client-key.ts'
import { parseConfig } from './parse-config.ts'

describe('server.allowedOrigins', () => {
  const withOrigins = (origins: string, more = '') =>
    parseConfig(`version: 1\nserver: { allowedOrigins: [${origins}]${more} }`, 'f.yaml').server.allowedOrigins

  it.each([
    ['http://localhost:5173', 'http://localhost:5173'],
    ['HTTP://LocalHost:5173/', 'http://localhost:5173'],
    ['https://chat.example.com:443', 'https://chat.example.com'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['vscode-webview://abc-def', 'vscode-webview://abc-def'],
    ['tauri://localhost', 'tauri://localhost'],
  ])('%s is the origin %s', (written, origin) => {
    expect(withOrigins(JSON.stringify(written))).toEqual([origin])
  })

  it.each([
    'localhost:5173',
    'http://localhost:5173/app',
    'https://*.example.com',
    'https://user@example.com',
    'null',
    '',
    'https://',
    'https://a b',
    '**',
  ])('%j is none', (written) => {
    expect(() => withOrigins(JSON.stringify(written))).toThrow(
      /server\.allowedOrigins\[0\].*must be an origin/,
    )
  })

  it('takes * with client keys only', () => {
    expect(() => withOrigins('"*"')).toThrow(/every web page spend the keys/)
    expect(withOrigins('"*"', `, clientKeys: ["${clientKeyHmac('a-key-of-a-client')}"]`)).toEqual(['*'])
  })
})
