export type Requirement = {
  /** Where it was found; undefined where it is not. */
  find(): Promise<string | undefined>
  readonly reason: string
}

export const requirements: Readonly<Record<string, Requirement>>
