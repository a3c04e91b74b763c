/**
 * The part of the WebAssembly interface that is used here. TypeScript declares it with the browser's types only, and the
 * types of Node do not have it. Undefined where a runtime has none.
 */
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule
      readonly Memory: {
        new (limits: { initial: number; maximum: number; shared: true }): SharedWasmMemory
        new (limits: { initial: number; maximum: number }): WasmMemory
      }
      readonly Instance: new (module: WasmModule, imports: { env: { memory: AnyMemory } }) => WasmInstance
      readonly CompileError: new () => Error
    }
  | undefined

/** Compiled code, which can be posted to a worker. */
export type WasmModule = { readonly __wasmModule?: never }
/** Memory of one thread. */
export type WasmMemory = { readonly buffer: ArrayBuffer }
/** Shared memory. A worker that receives it uses the same bytes. */
export type SharedWasmMemory = { readonly buffer: SharedArrayBuffer }
type AnyMemory = WasmMemory | SharedWasmMemory
type WasmFunctions = Readonly<Record<string, (...operands: number[]) => void>>
type WasmInstance = { readonly exports: WasmFunctions }

/** One call of an exported function: its name and operands. */
export type KernelCall = readonly [name: string, ...operands: number[]]

const pageBytes = 65_536

export function compileModule(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  return new WebAssembly!.Module(bytes)
}

/** Null where the runtime compiles no WebAssembly, or none with these instructions. */
export function tryToCompile(bytes: Uint8Array<ArrayBuffer>): WasmModule | null {
  if (typeof WebAssembly === 'undefined') return null
  try {
    return compileModule(bytes)
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return null
    throw error
  }
}

/** Memory of one thread, of a fixed size. @param bytes at least. */
export function ownMemory(bytes: number): WasmMemory {
  const pages = Math.ceil(bytes / pageBytes)
  return new WebAssembly!.Memory({ initial: pages, maximum: pages })
}

/** Memory shared between threads, of a fixed size in 64 KiB pages. */
export function sharedMemory(pages: number): SharedWasmMemory {
  return new WebAssembly!.Memory({ initial: pages, maximum: pages, shared: true })
}

/** The module's functions on this memory, in this thread. */
export function instantiate(module: WasmModule, memory: AnyMemory): WasmFunctions {
  return new WebAssembly!.Instance(module, { env: { memory } }).exports
}

/** Calls the module's functions in turn, in this thread. */
export function createKernel(module: WasmModule, memory: AnyMemory): (calls: readonly KernelCall[]) => void {
  const functions = instantiate(module, memory)
  return (calls) => {
    for (const [name, ...operands] of calls) functions[name]!(...operands)
  }
}
