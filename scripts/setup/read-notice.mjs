import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from './project.mjs'

/** Name, version and licence of an installed package. */
export function readNotice(name) {
  const nested = join(project, 'node_modules', name)
  const home = existsSync(nested) ? nested : join(project, 'node_modules', name.split('/').at(-1))
  const { name: ownName, version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const file = readdirSync(home).find((each) => /^licen[cs]e/i.test(each))
  const text =
    file === undefined ? license : readFileSync(join(home, file), 'utf8').trim().replaceAll('*/', '* /')
  return `${ownName} ${version}\n\n${text}`
}
