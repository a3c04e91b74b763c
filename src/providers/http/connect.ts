import type { Provider } from '../provider.ts'
import type { HttpProviderOptions } from './options.ts'

/** Creates the provider that calls an endpoint over HTTP. Opens no connection. */
export type ConnectHttp = (options: HttpProviderOptions) => Promise<Provider>

/** With undici, which is loaded on the first call. */
export const connectOverHttp: ConnectHttp = async (options) =>
  (await import('./provider.ts')).createHttpProvider(options)
