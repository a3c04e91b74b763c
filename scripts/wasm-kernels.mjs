// Assembles each kernel.wat into kernel-bytes.ts beside it: node scripts/wasm-kernels.mjs
// Tests assemble them again and compare the bytes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { project } from './setup/project.mjs'

/** The folders in src/ that hold a kernel. */
const folders = ['base/math/similarity', 'routing/embedding/builtin/pieces/row-sum']

/**
 * @param {string} folder one of `folders`
 * @returns {Promise<Uint8Array>} the binary module of kernel.wat, without names and so the same on every machine
 */
export async function assembleKernel(folder) {
  const { default: loadWabt } = await import('wabt')
  const wabt = await loadWabt()
  const features = { simd: true, threads: true }
  const module = wabt.parseWat(
    'kernel.wat',
    readFileSync(join(project, 'src', folder, 'kernel.wat'), 'utf8'),
    features,
  )
  try {
    module.resolveNames()
    module.validate(features)
    return Uint8Array.from(module.toBinary({ write_debug_names: false }).buffer)
  } finally {
    module.destroy()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const folder of folders) {
    const text = Buffer.from(await assembleKernel(folder)).toString('base64')
    const lines = text.match(/.{1,100}/g).map((line) => `  '${line}',`)
    const source = [
      '// The binary of kernel.wat in base64, written by `node scripts/wasm-kernels.mjs`.',
      'export const kernelBase64 = [',
      ...lines,
      "].join('')",
    ].join('\n')
    writeFileSync(join(project, 'src', folder, 'kernel-bytes.ts'), `${source}\n`)
  }
}
