/**
 * A function that gives the first place of `words` in a text, or -1, as `indexOf` does, in a time that is linear in the length of
 * the text (Knuth, Morris and Pratt). `indexOf` takes its product with that of `words` if they repeat themselves: 1.2 s for a
 * megabyte and 1,000 characters.
 */
export function createWordFinder(words: string): (text: string) => number {
  const restarts = findRestarts(words)
  return (text) => {
    let matched = 0
    for (let place = 0; place < text.length; place++) {
      const unit = text.charCodeAt(place)
      while (matched > 0 && unit !== words.charCodeAt(matched)) matched = restarts[matched - 1]!
      if (unit === words.charCodeAt(matched)) matched++
      if (matched === words.length) return place - matched + 1
    }
    return -1
  }
}

/** Of each beginning of the words, how long the longest shorter beginning is that it ends with. */
function findRestarts(words: string): Uint32Array {
  const restarts = new Uint32Array(words.length)
  let matched = 0
  for (let place = 1; place < words.length; place++) {
    const unit = words.charCodeAt(place)
    while (matched > 0 && unit !== words.charCodeAt(matched)) matched = restarts[matched - 1]!
    if (unit === words.charCodeAt(matched)) matched++
    restarts[place] = matched
  }
  return restarts
}
