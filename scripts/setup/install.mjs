// Installs the dependencies when they are missing or package-lock.json has changed since.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm } from './npm.mjs'
import { fingerprint, project, readStamp } from './project.mjs'

const stampFile = join(project, 'node_modules', '.routellm-installed')

/** Resolves once node_modules/ is what package-lock.json says; rejects with a message for a person. */
export async function installWhatIsMissing(say = console.error) {
  const stamp = fingerprint(['package-lock.json'])
  if (readStamp(stampFile) === stamp) return
  if (!isInstalled()) {
    say('Installing dependencies (this happens once) …')
    // Development dependencies build the project, whatever NODE_ENV says.
    const { code, output } = await runNpm(
      ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--fetch-retry-mintimeout=1000'],
      { cwd: project },
    )
    if (code !== 0) throw new Error(whyNotInstalled(output))
  }
  writeFileSync(stampFile, `${stamp}\n`)
}

/** npm's own record of a finished install holds every package of the lockfile that this machine needs. */
function isInstalled() {
  const record = join(project, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  const locked = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages
  return Object.entries(locked).every(
    ([path, { version, optional, devOptional, peer }]) =>
      path === '' || optional || devOptional || peer || installed[path]?.version === version,
  )
}

function whyNotInstalled(output) {
  const noNetwork =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/.exec(output)
  if (noNetwork !== null) {
    return `The dependencies could not be downloaded: the package registry cannot be reached (${noNetwork[0]}).
The first start needs a network connection, or npm's proxy or registry settings; later starts do not.`
  }
  return `The dependencies could not be installed. npm ci said:\n\n${output.trim()}`
}
