import { z } from 'zod'

/** A region or a tag, as a header can carry it. */
export const label = z.string().regex(/^[^\s,](?:[^,]*[^\s,])?$/, {
  error: 'must have no comma, and no space at either end, so that a header can name it',
})
