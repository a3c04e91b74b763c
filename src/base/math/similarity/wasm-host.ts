/**
 * The part of the WebAssembly interface that is used here. TypeScript declares it with the browser's types only, and the
 * types of Node do not have it.
 */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => WasmMemory
  readonly Instance: new (module: WasmModule, imports: { env: { memory: WasmMemory } }) => WasmInstance
}

/** Compiled code, which can be posted to a worker. */
export type WasmModule = { readonly __wasmModule?: never }
/** Shared memory. A worker that receives it uses the same bytes. */
export type WasmMemory = { readonly buffer: SharedArrayBuffer }
type WasmInstance = { readonly exports: Readonly<Record<string, (...operands: number[]) => void>> }

/** One call of an exported function: its name and operands. */
export type KernelCall = readonly [name: string, ...operands: number[]]

export function compileModule(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  return new WebAssembly.Module(bytes)
}

/** Memory shared between threads, of a fixed size in 64 KiB pages. */
export function sharedMemory(pages: number): WasmMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}

/** The module's functions in this thread. */
export function createKernel(module: WasmModule, memory: WasmMemory): (calls: readonly KernelCall[]) => void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return (calls) => {
    for (const [name, ...operands] of calls) exports[name]!(...operands)
  }
}
