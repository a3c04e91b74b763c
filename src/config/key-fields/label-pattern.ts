/** A region or a tag, as a header can carry it. */
export const labelPattern = /^[^\s,](?:[^,]*[^\s,])?$/
export const labelProblem = 'must have no comma, and no space at either end, so that a header can name it'
