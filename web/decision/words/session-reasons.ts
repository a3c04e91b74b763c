/** Why a session switches, or keeps the model, against its policy. */
export const sessionReasons: Readonly<Record<string, string>> = {
  'tool-loop': 'the model never changes within a tool loop',
  dollars: 'the other model would cost more with its cold cache than it gains',
  unpriced: 'prices are not known, and no better answers are expected',
  'failure-signal': 'the work did not go well',
  'cannot-answer': 'the model before can no longer answer',
}

/** When a session follows its policy to another model. */
export const moments: Readonly<Record<string, string>> = {
  'user-turn': 'at a turn of the user',
  idle: 'after so long that caches were cold',
  compaction: 'after earlier turns were cut off or summed up',
}
