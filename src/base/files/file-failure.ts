/** The reason of a failed call of the file system, in words; undefined for other errors and unknown codes. */
export function fileFailureReason(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return Object.hasOwn(reasons, code) ? reasons[code] : undefined
}

/**
 * One sentence for an error of the file system that no command expects, such as a full disk under a cache: the file and
 * the reason. Undefined for other errors.
 */
export function describeFileFailure(error: unknown): string | undefined {
  const reason = fileFailureReason(error)
  if (reason === undefined || !(error instanceof Error)) return undefined
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined
  const call = 'syscall' in error && typeof error.syscall === 'string' ? ` (${error.syscall})` : ''
  return `${path ?? 'a file of this command, or of its cache,'} cannot be used: ${reason}${call}`
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free space, or name a file on another disk',
  EDQUOT: 'the disk quota is used up; free space, or name a file on another disk',
  EFBIG: 'it is larger than this file system or process may write',
  EEXIST: 'there is a file of this name',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
}
