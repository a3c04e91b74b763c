import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { isInFile } from '../demo.ts'
import { lockFileName } from './lock-file.ts'

/** Where the lock file of a configuration is, or will be: beside it, or else in the folder of the command. */
export function lockFileOf(config: Pick<Config, 'source'>, folder: string): string {
  return join(isInFile(config) ? dirname(config.source) : folder, lockFileName)
}
