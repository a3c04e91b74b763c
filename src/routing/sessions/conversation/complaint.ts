/**
 * What users write when an answer was wrong or did not work, lower case, in the twelve most spoken languages and
 * Japanese. A list, not a classifier: it is to be short of false alarms, and a missed complaint costs one turn.
 */
const complaints: readonly string[] = [
  ...[
    "that's wrong",
    'that is wrong',
    "that's not right",
    'that is not right',
    "that's incorrect",
    'you are wrong',
  ],
  ...[
    "you're wrong",
    "doesn't work",
    'does not work',
    "didn't work",
    'did not work',
    'not working',
    "isn't working",
  ],
  ...[
    'still broken',
    'still fails',
    'still failing',
    'still wrong',
    'still not',
    'same error',
    'not what i asked',
  ],
  ...[
    'not what i meant',
    'not what i wanted',
    'you broke',
    'you did not',
    "you didn't",
    'wrong answer',
    'wrong again',
  ],
  ...['不对', '错了', '不是我要的', '还是不行', '没有用', '不起作用', '还是报错', '不正确'],
  ...['गलत है', 'काम नहीं कर', 'यह सही नहीं', 'अभी भी नहीं'],
  ...['está mal', 'no funciona', 'sigue fallando', 'no es correcto', 'te equivocas', 'eso no es lo que'],
  ...[
    "c'est faux",
    'ne marche pas',
    'ne fonctionne pas',
    'toujours pas',
    "ce n'est pas ce que",
    'tu te trompes',
  ],
  ...['هذا خطأ', 'لا يعمل', 'ليس صحيح', 'ما زال لا'],
  ...['ভুল হয়েছে', 'এটা ভুল', 'কাজ করছে না', 'ঠিক হয়নি'],
  ...['está errado', 'não funciona', 'não funcionou', 'ainda não', 'não é o que'],
  ...['неправильно', 'не работает', 'это не то', 'всё ещё не', 'все еще не', 'ошибся'],
  ...['غلط ہے', 'کام نہیں کر', 'درست نہیں'],
  ...['itu salah', 'tidak berfungsi', 'tidak bekerja', 'masih error', 'masih salah', 'bukan itu'],
  ...['das ist falsch', 'stimmt nicht', 'funktioniert nicht', 'geht nicht', 'immer noch', 'nicht was ich'],
  ...['違います', '間違って', '動きません', '動かない', 'まだ動', 'そうじゃない'],
]

/** A longer turn is a request of its own, whatever words it has. */
const longestComplaint = 300

/** Whether a turn of the user, without an agent's wrapper text, says that the last answer was wrong or did not work. */
export function isComplaint(words: string): boolean {
  if (words.length > longestComplaint) return false
  const text = words.toLowerCase().replaceAll('’', "'")
  return complaints.some((phrase) => text.includes(phrase))
}
