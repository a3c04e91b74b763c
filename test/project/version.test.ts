import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { version } from '../../src/index.ts'
import { project } from '../support/run-program.ts'

it('the version is that of package.json', () => {
  expect(JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).version).toBe(version)
})
