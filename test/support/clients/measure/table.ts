import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { project } from '../../run-program.ts'
import type { Client } from '../client.ts'
import type { Cell } from './outcome.ts'

/** By the provider's name. */
export type Row = Readonly<Record<string, Cell>>

/** What was measured, as it is kept. */
export type Table = {
  readonly clients: readonly DescribedClient[]
  readonly providers: readonly string[]
  readonly features: readonly string[]
  /** By client and feature. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, Row>>>>
}

export type DescribedClient = {
  readonly name: string
  readonly protocol: string
  /** `@ai-sdk/openai 4.0.118`. */
  readonly packages: readonly string[]
}

/** The clients with the releases that are installed. */
export async function describeClients(clients: readonly Client[]): Promise<DescribedClient[]> {
  return Promise.all(
    clients.map(async ({ name, protocol, packages }) => ({
      name,
      protocol,
      packages: await Promise.all(packages.map(readRelease)),
    })),
  )
}

async function readRelease(installed: string): Promise<string> {
  const file = join(project, 'node_modules', installed, 'package.json')
  const { name, version }: { name: string; version: string } = JSON.parse(await readFile(file, 'utf8'))
  return `${name} ${version}`
}
