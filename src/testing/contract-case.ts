/**
 * One rule of a contract, as a test of any runner:
 *
 * ```ts
 * for (const { name, run } of await routerContract(() => createMyRouter())) it(name, run)
 * ```
 *
 * `run` rejects with an `AssertionError` if the implementation breaks the rule.
 */
export type ContractCase = {
  readonly name: string
  run(): Promise<void>
}
