// Assembles src/base/math/similarity/kernel.wat into kernel-bytes.ts: node scripts/similarity-kernel.mjs
// A test assembles it again and compares the bytes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { project } from './setup/project.mjs'

const folder = join(project, 'src', 'base', 'math', 'similarity')

/**
 * @returns {Promise<Uint8Array>} the binary module of kernel.wat, without names and so the same on every machine
 */
export async function assembleKernel() {
  const { default: loadWabt } = await import('wabt')
  const wabt = await loadWabt()
  const features = { simd: true, threads: true }
  const module = wabt.parseWat('kernel.wat', readFileSync(join(folder, 'kernel.wat'), 'utf8'), features)
  try {
    module.resolveNames()
    module.validate(features)
    return Uint8Array.from(module.toBinary({ write_debug_names: false }).buffer)
  } finally {
    module.destroy()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = Buffer.from(await assembleKernel()).toString('base64')
  const lines = text.match(/.{1,100}/g).map((line) => `  '${line}',`)
  const source = [
    '// The binary of kernel.wat in base64, written by `node scripts/similarity-kernel.mjs`.',
    'export const kernelBase64 = [',
    ...lines,
    "].join('')",
  ].join('\n')
  writeFileSync(join(folder, 'kernel-bytes.ts'), `${source}\n`)
}
