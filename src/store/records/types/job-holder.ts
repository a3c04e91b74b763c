/** The process that does a job of which only one may run at a time. */
export type JobHolder = { readonly host: string; readonly pid: number; readonly time: number }
