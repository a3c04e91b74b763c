/** An external requirement of a part of the package, as `doctor` lists it. */
export type Needs<Settings = object> = {
  /** Optional packages that it loads. */
  readonly packages?: readonly OptionalPackage[]
  /** The environment variables that hold its keys, by their settings. */
  keys?(settings: Settings): readonly string[]
}

export type OptionalPackage = {
  readonly name: string
  /** The feature that works after the package is installed. */
  readonly unlocks: readonly string[]
  /** Further packages that the same needs. */
  readonly companions?: readonly string[]
  /** The command that installs it. Default: `npm install <name>`. */
  readonly remedy?: string
}
