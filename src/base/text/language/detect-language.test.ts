import { describe, expect, it } from 'vitest'
import { detectLanguage, languageCodes } from './detect-language.ts'

describe('detectLanguage', () => {
  it.each([
    ['en', 'Can you explain to me how a suspension bridge carries its load?'],
    ['de', 'Schreibe bitte eine kurze Zusammenfassung über die Geschichte der Stadt.'],
    ['fr', 'Peux-tu me donner une recette de soupe pour quatre personnes ?'],
    ['es', '¿Cuál es la mejor manera de aprender a tocar la guitarra?'],
    ['pt', 'Você pode me explicar como funciona a fotossíntese?'],
    ['it', 'Potresti spiegare perché il cielo è blu di giorno?'],
    ['nl', 'Kun je uitleggen hoe een warmtepomp werkt en wat het kost?'],
    ['sv', 'Kan du förklara hur man bakar bröd som inte är för torrt?'],
    ['da', 'Hvordan kan jeg lære at spille guitar, når jeg ikke har tid efter arbejde?'],
    ['no', 'Hva er forskjellen på disse to, og hvorfor ble det ikke gjort etter planen?'],
    ['fi', 'Mitä eroa näillä kahdella on ja miten se voi olla niin?'],
    ['pl', 'Czy możesz wyjaśnić, dlaczego niebo jest niebieskie?'],
    ['cs', 'Můžeš mi vysvětlit, proč je nebe modré a jak vzniká duha?'],
    ['ro', 'Poți să îmi explici cum funcționează o pompă de căldură și cât costă?'],
    ['hu', 'El tudod magyarázni, hogy miért kék az ég és mi az a szivárvány?'],
    ['tr', 'Gökyüzü neden mavi ve bunu bir çocuk için nasıl açıklarsın?'],
    ['id', 'Tolong jelaskan bagaimana cara kerja mesin ini dan mengapa tidak bisa dengan air.'],
    ['vi', 'Bạn hãy giải thích tại sao bầu trời có màu xanh cho người mới học.'],
    ['ru', 'Объясни, пожалуйста, почему небо голубое и как это работает.'],
    ['uk', 'Поясни, будь ласка, чому небо блакитне і як це працює.'],
    ['bg', 'Обясни ми защо небето е синьо и какъв е цветът на морето през нощта.'],
    ['el', 'Γιατί ο ουρανός είναι μπλε;'],
    ['ar', 'اشرح الفرق بين التوجيه والتبديل في الشبكات.'],
    ['fa', 'تفاوت این دو چیست و چگونه کار می‌کند؟'],
    ['ur', 'مجھے بتائیں کہ آسمان نیلا کیوں ہے؟'],
    ['he', 'מדוע השמיים כחולים?'],
    ['hi', 'आसमान नीला क्यों है?'],
    ['zh', '请用三句话解释量子纠缠。'],
    ['ja', 'これは日本語です。なぜ空は青いのですか。'],
    ['ko', '하늘은 왜 파란색인가요?'],
    ['th', 'ทำไมท้องฟ้าจึงเป็นสีฟ้า'],
    ['zh', '请解释这段代码：\nfor (const x of xs) console.log(x)'],
    [
      'en',
      'make this code quick\nfor (i = 0; i < n; i++) { v[i] = o[i] + z[i]; s += v[i] * o[i]; k = z[i] }',
    ],
    ['unknown', 'x = 12 * 7'],
    ['unknown', ''],
    ['unknown', '😀 123 !?'],
    ['unknown', 'ᏣᎳᎩ'],
  ])('%s: %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language)
    if (language !== 'unknown') expect(languageCodes).toContain(language)
  })

  it('reads a bounded part of a text', () => {
    const english = 'the cat is on the mat. '.repeat(100)
    expect(detectLanguage(`${english}${'die Katze ist auf der Matte. '.repeat(100_000)}`)).toBe('en')
  })
})
