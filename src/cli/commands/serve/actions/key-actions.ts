import { exclusively } from '../../../../base/files/guard/exclusively.ts'
import { toTerminalText } from '../../../../base/text/display.ts'
import { clientKeyHmac, newClientKey, saltBeside } from '../../../../config/client-key.ts'
import type { ClientKey, Config } from '../../../../config/config.ts'
import { commandLineSource, demoSource } from '../../../../config/demo.ts'
import { checkKeyFile, withKeyFile } from '../../../../config/key-file/apply-key-file.ts'
import { editKeyFile, type KeyFileEdit } from '../../../../config/key-file/edit-key-file.ts'
import type { KeyFile } from '../../../../config/key-file/key-file.ts'
import { keyFileOf } from '../../../../config/key-file/key-file-place.ts'
import { parseKeyFile, readKeyFile } from '../../../../config/key-file/read-key-file.ts'
import { writeKeyFile } from '../../../../config/key-file/write-key-file.ts'
import { isLoopback } from '../../../../config/loopback.ts'
import { ConfigError, RouteLLMError } from '../../../../errors.ts'
import { toKeyAccount } from '../../../../gateway/accounts/accounts.ts'
import type { Ledger } from '../../../../gateway/accounts/ledger.ts'
import type { KeyActions, KeyList } from '../../../../server/admin/actions/key-actions.ts'
import type { StoreChanger } from '../../../../store/worker/changes/changes.ts'
import { checkNewName, checkRevocable, checkServed, findOwn, parseKeySettings } from './key-checks.ts'
import { checkRevision, findRevision } from './key-revision.ts'

export type KeyActionParts = {
  /** The configuration that is served. */
  config(): Config
  /** Of the command. */
  readonly folder: string
  /** Serves these keys of the key file from now on. */
  replaceKeys(file: Pick<KeyFile, 'file' | 'keys'>): Promise<void>
  readonly ledger: Ledger
  /** Reads again what an account has spent, before its budget begins to count. */
  refreshSpending(account: string): Promise<void>
  /** For the audit trail. Null: nothing is kept. */
  readonly changer: StoreChanger | null
  /** Tells the person who runs the server. */
  note(line: string): void
}

/**
 * Makes, changes and revokes keys by the key file, one after the other. If two servers do so at once, neither loses a change of the
 * other. Each change can fail with what `exclusively` throws.
 */
export function createKeyActions(parts: KeyActionParts): KeyActions {
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<Result>(work: (check: () => Promise<void>) => Promise<Result>): Promise<Result> {
    const alone = () => exclusively(keyFileOf(parts.config(), parts.folder), work)
    const result = last.then(alone, alone)
    last = result.catch(() => undefined)
    return result
  }

  /** The key file as it is now, if it is the one that the person saw. */
  async function readSeen(revision: string | null): Promise<{ file: KeyFile; config: Config }> {
    const served = parts.config()
    const { file, config } = await readChecked(served, parts.folder).catch((error: unknown) => {
      throw refuseFile(error)
    })
    if (revision !== null) await checkSeen(file, config, revision)
    return { file, config }
  }

  /** What the person has not seen is served before the refusal, so that looking again shows it. */
  async function checkSeen(file: KeyFile, config: Config, revision: string): Promise<void> {
    try {
      checkRevision(config, revision)
    } catch (error) {
      await parts.replaceKeys(file).catch(() => undefined)
      throw error
    }
  }

  /** Writes the file, serves it, and adds to the audit trail. */
  async function make(
    file: KeyFile,
    edit: KeyFileEdit,
    check: () => Promise<void>,
    event: AuditedChange,
  ): Promise<void> {
    const served = parts.config()
    const text = editKeyFile(file, edit)
    const after = parseKeyFile(text, file.file)
    checkServed(withKeyFile(served, after))
    await check()
    await writeKeyFile(file.file, text)
    await parts.replaceKeys(after)
    await audit(event)
  }

  async function audit({ actor, action, subject, detail }: AuditedChange): Promise<void> {
    parts.note(`${actor}: ${action} ${toTerminalText(subject, false)}`)
    if (parts.changer === null) return
    try {
      await parts.changer.change('audit', { time: Date.now(), actor, action, subject, detail })
    } catch (error) {
      // The key is changed, whether or not this can be kept.
      parts.note(`The audit trail does not have it: ${error instanceof Error ? error.message : error}`)
    }
  }

  return {
    list: () => listKeys(parts),
    create: ({ name, settings, revision, actor }) =>
      inTurn(async (check) => {
        const { file, config } = await readSeen(null)
        checkNewName(name, config, file)
        await checkSeen(file, config, revision)
        const secret = newClientKey()
        const hmac = clientKeyHmac(secret, saltBeside(file.keys.map((each) => each.hmac)))
        const key = parseKeySettings({ ...settings, name, hmac }, config)
        await make(file, { kind: 'set', key }, check, {
          actor,
          action: 'create-key',
          subject: name,
          detail: limitsOf(key),
        })
        if (hasBudget(key)) await parts.refreshSpending(toKeyAccount(key).id)
        return {
          key: secret,
          isChanged: true,
          why: `The entry of the key "${name}" is in ${file.file}, and the key is admitted from now on.`,
        }
      }),
    change: ({ name, settings, revision, actor }) =>
      inTurn(async (check) => {
        const { file, config } = await readSeen(revision)
        const before = findOwn(name, config, file)
        const key = parseKeySettings({ ...settings, name, hmac: before.hmac }, config)
        if (JSON.stringify(limitsOf(key)) === JSON.stringify(limitsOf(before)))
          return { isChanged: false, why: `The key "${name}" has these limits already.` }
        const detail = { before: limitsOf(before), after: limitsOf(key) }
        await make(file, { kind: 'set', key }, check, { actor, action: 'change-key', subject: name, detail })
        if (hasBudget(key) && !hasSameBudgets(key, before)) await parts.refreshSpending(toKeyAccount(key).id)
        return { isChanged: true, why: `The limits of the key "${name}" hold from now on.` }
      }),
    revoke: ({ name, revision, actor }) =>
      inTurn(async (check) => {
        const { file, config } = await readSeen(null)
        const isThere = [...config.server.keys, ...file.keys].some((key) => key.name === name)
        if (!isThere) return { isChanged: false, why: `There is no key "${name}" any more.` }
        await checkSeen(file, config, revision)
        const key = findOwn(name, config, file)
        checkRevocable(name, config)
        await make(file, { kind: 'remove', name }, check, {
          actor,
          action: 'revoke-key',
          subject: name,
          detail: limitsOf(key),
        })
        return {
          isChanged: true,
          why: describeRevoked(name, config),
        }
      }),
  }
}

/** @param config the configuration that has the key. */
function describeRevoked(name: string, { server }: Config): string {
  const refused = `The key "${name}" is revoked: requests with it are refused from now on.`
  if (server.keys.length + server.clientKeys.length > 1) return refused
  return `${refused} It was the last key, so no client needs one: requests without a key are served, and after a restart of the server also those with this one.`
}

type AuditedChange = {
  readonly actor: string
  readonly action: 'create-key' | 'change-key' | 'revoke-key'
  readonly subject: string
  readonly detail: object
}

async function listKeys(parts: KeyActionParts): Promise<KeyList> {
  const served = parts.config()
  const { server, models, policies, source, keyFile } = served
  const file = keyFileOf(served, parts.folder)
  const ofFile = new Set(keyFile?.names)
  const problem = await readChecked(served, parts.folder).then(
    () => null,
    (error: unknown) => refuseFile(error).message,
  )
  return {
    keys: server.keys.map((key) => ({
      ...toSettings(key),
      isOfConfiguration: !ofFile.has(key.name),
      leftUsd: hasBudget(key) ? parts.ledger.leftUsd([toKeyAccount(key)]) : null,
      pace: (hasBudget(key) ? parts.ledger.pace([toKeyAccount(key)])?.factor : null) ?? 1,
    })),
    unnamedKeys: server.clientKeys.length,
    shadowed: keyFile?.shadowed ?? [],
    file,
    configuration: source === demoSource || source === commandLineSource ? null : source,
    revision: findRevision(served),
    problem,
    needsKey: !isLoopback(server.host),
    models: models.map(({ name }) => name),
    policies: policies.map(({ name }) => name),
    gatewayUsdPerDay: server.limits.usdPerDay ?? null,
  }
}

/**
 * The key file as it is now, and the configuration with its keys.
 *
 * @throws ConfigError for a key file that no server starts with.
 */
async function readChecked(served: Config, folder: string): Promise<{ file: KeyFile; config: Config }> {
  const file = await readKeyFile(keyFileOf(served, folder))
  const config = withKeyFile(served, file)
  checkKeyFile(config, file)
  return { file, config }
}

/** Without its HMAC. */
function toSettings({ hmac: _, ...settings }: ClientKey): Omit<ClientKey, 'hmac'> {
  return settings
}

/** In a fixed order, so that equal limits have equal texts. */
function limitsOf(key: ClientKey): object {
  const { name: _, ...settings } = toSettings(key)
  return Object.fromEntries(Object.entries(settings).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

function hasBudget({ usdPerDay, usdPerMonth }: ClientKey): boolean {
  return usdPerDay !== undefined || usdPerMonth !== undefined
}

function hasSameBudgets(one: ClientKey, other: ClientKey): boolean {
  const isSame = (name: 'usdPerDay' | 'usdPerMonth') =>
    (one[name] === undefined) === (other[name] === undefined)
  return isSame('usdPerDay') && isSame('usdPerMonth')
}

function refuseFile(error: unknown): RouteLLMError {
  if (!(error instanceof ConfigError)) throw error
  return new RouteLLMError(
    error.code,
    `The key file has a mistake, and the keys before are in service. Mend it, then try again. ${error.message}`,
    { status: 409, cause: error },
  )
}
