import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { commandLineSource, demoSource } from '../demo.ts'
import { lockFileName } from './lock-file.ts'

/** Where the lock file of a configuration is, or will be: beside it, or else in the folder of the command. */
export function lockFileOf({ source }: Pick<Config, 'source'>, folder: string): string {
  const isFile = source !== demoSource && source !== commandLineSource
  return join(isFile ? dirname(source) : folder, lockFileName)
}
