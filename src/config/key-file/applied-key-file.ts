/** What a key file has added to the keys of a configuration. */
export type AppliedKeyFile = {
  readonly file: string
  /** Keys of the file that are in service. */
  readonly names: readonly string[]
  /** Keys of the file that are not, because the configuration has keys of the same names. */
  readonly shadowed: readonly string[]
}
