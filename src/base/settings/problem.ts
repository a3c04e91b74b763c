/** Something wrong with a setting: its path below the section that is checked, what is wrong, and what to do about it. */
export type SettingProblem = { readonly path: readonly PropertyKey[]; readonly message: string }
