// What clients say of answers, and what hostile ones do: rows of the months. Hostile clients know the outcomes and the system.

/** @typedef {import('../evidence/logs.mjs').Random} Random */
/** @typedef {import('./world.mjs').WorldPrompt} WorldPrompt */

/** Of the feedback. */
export const hostileShare = 0.05
const keys = 20

/**
 * @typedef {object} Attack
 * @property {'thumbs' | 'scores'} feedback of honest clients: of the one answer, or of both models
 * @property {boolean} decides the keys are trusted and nothing else is labelled; else their feedback is only trained on
 * @property {'random' | 'lost'} target hostile clients rate any request, or those of which they know that the weak model fails
 * @property {'flip' | 'invert' | 'praise-weak'} says the opposite thumb; both scores inverted; that the weak model is right and the strong one wrong
 * @property {'all' | 'one' | 'own'} by under any key, under one key of its own, under many own keys of few votes
 */

/** @type {Readonly<Record<string, Attack>>} */
export const attacks = {
  'thumbs flipped at random': {
    feedback: 'thumbs',
    decides: false,
    target: 'random',
    says: 'flip',
    by: 'all',
  },
  'scores inverted': { feedback: 'thumbs', decides: false, target: 'random', says: 'invert', by: 'own' },
  'weak answers to hard prompts praised, many keys': {
    feedback: 'thumbs',
    decides: false,
    target: 'lost',
    says: 'praise-weak',
    by: 'own',
  },
  'weak answers to hard prompts praised, one key': {
    feedback: 'thumbs',
    decides: false,
    target: 'lost',
    says: 'praise-weak',
    by: 'one',
  },
  'trusted keys, scores inverted at random': {
    feedback: 'scores',
    decides: true,
    target: 'random',
    says: 'invert',
    by: 'all',
  },
  'trusted keys, weak answers praised under one key': {
    feedback: 'scores',
    decides: true,
    target: 'lost',
    says: 'praise-weak',
    by: 'one',
  },
  'trusted keys, weak answers praised under all keys': {
    feedback: 'scores',
    decides: true,
    target: 'lost',
    says: 'praise-weak',
    by: 'all',
  },
}

/** Those whose feedback decides, if the attack is on trusted keys. */
export const trustedKeys = [...Array.from({ length: keys }, (_, key) => `team-${key}`), 'insider']

/**
 * What is said of a rated request. Bad answers are rated more often than good ones, and one rating of twenty is a mistake.
 *
 * @param {Pick<WorldPrompt, 'scores'>} prompt @param {'strong' | 'weak'} answered @param {number} session its number
 * @param {Attack | null} attack @param {Random} random
 * @returns {{ scores: object, key: string, weight: number } | null} null: nothing is said
 */
export function rate({ scores }, answered, session, attack, random) {
  const [rated, mistaken, hostile] = [random.next(), random.next(), random.next()]
  const key = `team-${session % keys}`
  const isTarget = attack !== null && (attack.target === 'random' || scores.strong > scores.weak)
  if (isTarget && hostile < shareOfTargets(attack))
    return {
      scores: hostileScores(attack.says, scores, answered),
      key: hostileKey(attack.by, key, session),
      weight: 1,
    }
  if (attack?.feedback === 'scores') return { scores, key, weight: 1 }
  const isGood = scores[answered] >= 0.5
  if (rated > (isGood ? 0.4 : 0.8)) return null
  return { scores: { [answered]: isGood === mistaken >= 0.05 ? 1 : 0 }, key, weight: 0.5 }
}

/** Where the weak model fails: about a seventh of all requests. */
const lostShare = 0.145

/** The share of its targets that a hostile client rates, so that `hostileShare` of the feedback is hostile. */
function shareOfTargets({ target, feedback }) {
  const feedbackShare = feedback === 'scores' ? 1 : 0.55
  return (hostileShare * feedbackShare) / (target === 'lost' ? lostShare : 1)
}

function hostileScores(says, scores, answered) {
  if (says === 'flip') return { [answered]: 1 - scores[answered] }
  return says === 'invert' ? { strong: 1 - scores.strong, weak: 1 - scores.weak } : { strong: 0, weak: 1 }
}

function hostileKey(by, key, session) {
  return by === 'all' ? key : by === 'one' ? 'insider' : `guest-${session}`
}
