import { tryToCompile } from '../../../../../base/math/wasm-host.ts'
import type { PieceTable, RowSum } from '../table.ts'
import { createKernelRowSum, kernelBytes } from './kernel.ts'
import { createPlainRowSum } from './plain.ts'

/**
 * The fastest that runs here; all give the same bits. Some runtimes at a network's edge compile no WebAssembly at run
 * time, and Node does not with `--jitless`.
 */
export function createRowSum(table: PieceTable): RowSum {
  const module = tryToCompile(kernelBytes())
  return module === null ? createPlainRowSum(table) : createKernelRowSum(table, module)
}
