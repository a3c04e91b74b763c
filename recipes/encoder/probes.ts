import { type EverydayPrompt, languages } from '../everyday/corpus.ts'

/** One in each language, short and long. */
const written: readonly string[] = [
  'ما هي عاصمة أستراليا؟ أجب بكلمة واحدة.',
  'Unser Lieferant hat die Preise zum zweiten Mal in diesem Jahr erhöht. Schreib ihm eine höfliche E-Mail, in der wir um ein Gespräch bitten.',
  'Prove that a tree with n vertices has exactly n − 1 edges.',
  'Ordena esta lista por orden alfabético: pera, manzana, cereza, albaricoque.',
  'Pourquoi ma requête SQL devient-elle lente dès que la table dépasse un million de lignes, alors que la colonne est indexée ?',
  'मुझे कल सुबह की बैठक के लिए एक छोटा सा संदेश लिखकर दो।',
  'この関数のバグを見つけてください。二回目に呼ぶと、前の結果が残っています。',
  '내일 비가 올까요?',
  'Resuma o texto seguinte em três frases e diga quais números aparecem nele.',
  'Спроектируй ограничитель запросов для сорока серверов: алгоритм, хранение счётчиков и поведение при отказе.',
  'Teşekkürler, biraz daha kısa yazabilir misin?',
  '把下面这句话翻译成英文：我们下周三见。',
]

const drawnOfLanguage = 3
const longestDrawn = 160

/**
 * Texts by whose vectors a copy of the encoder is known: twelve that are not in the corpus, and three prompts of it in each
 * language. Fewer would leave the mean of their vectors too uncertain.
 */
export function probesOf(corpus: readonly EverydayPrompt[]): readonly string[] {
  const drawn = languages.flatMap((language) => {
    const prompts = corpus.filter((row) => row.language === language && row.prompt.length <= longestDrawn)
    return Array.from(
      { length: drawnOfLanguage },
      (_, index) => prompts[Math.floor(((index + 0.5) / drawnOfLanguage) * prompts.length)]!.prompt,
    )
  })
  return [...written, ...drawn]
}
