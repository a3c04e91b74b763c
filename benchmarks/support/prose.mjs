// Texts for measurements of time: every one is different, so that no cache helps.

const words = (
  'the of to and a in is that for it as with on be at by this have from or one had not but what all were when we there can ' +
  'an your which their said if do will each about how up out them then she many some so these would other into has more ' +
  'function equation temperature distance probability government contract enzyme velocity algorithm matrix patient market ' +
  'calculate explain determine describe prove estimate compare implement Berlin Anna Monday photosynthesis semiconductor ' +
  'interest population constitutional pressure x y n 3 12 250 1,000 3.14 1998 42% $5 (a+b) zorblax quintern flimbert'
).split(' ')

/**
 * One flat string, as a parsed request gives it; one word in eight is made up, several times as many as in real prompts.
 *
 * @param {number} characters
 * @param random from src/base/math/random.ts
 */
export function prose(characters, random) {
  const parts = []
  let length = 0
  while (length < characters) {
    const word = random.nextInt(8) === 0 ? madeUpWord(random) : words[random.nextInt(words.length)]
    const end = random.nextInt(14) === 0 ? '.\n' : ' '
    parts.push(word, end)
    length += word.length + end.length
  }
  return Buffer.from(parts.join('').slice(0, characters), 'latin1').toString('latin1')
}

function madeUpWord(random) {
  return Array.from({ length: 4 + random.nextInt(6) }, () =>
    String.fromCharCode(97 + random.nextInt(26)),
  ).join('')
}
