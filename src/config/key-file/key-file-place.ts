import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { commandLineSource, demoSource } from '../demo.ts'
import { keyFileName } from './key-file.ts'

/** Where the key file of a configuration is, or will be: beside it, or else in the folder of the command. */
export function keyFileOf({ source }: Pick<Config, 'source'>, folder: string): string {
  const isFile = source !== demoSource && source !== commandLineSource
  return join(isFile ? dirname(source) : folder, keyFileName)
}
