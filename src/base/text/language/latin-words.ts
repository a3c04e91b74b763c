/**
 * Frequent short words of languages that use Latin letters, and letters that few others use. A word in several
 * lists is weak evidence for each.
 */
export const latinLanguages = {
  en: {
    words:
      'the of and to in is you that it for was on are with as be at this have from or by not what how why can do does an which if write explain my your when who give create make list me please should would there will about between using into has its these their find hello help a i me am did solve simplify provide tell his her they we been only good code error',
    letters: '',
  },
  de: {
    words:
      'der die das und ist nicht ein eine einen ich du sie es zu mit auf für von dem den im wie was warum kann wird auch bei aus oder aber wenn haben sind mir bitte über zum zur einer eines schreibe erkläre erklären mein dass als nach welche gibt hallo',
    letters: 'äöüß',
  },
  fr: {
    words:
      "le la les des un une et est dans que qui pour sur pas avec ce il elle je vous nous au du en par plus ne se comment quel quelle pourquoi sont cette ces mon ma votre être faire peux fait moi aux d l c'est écris expliquer explique bonjour",
    letters: 'éèêàçùâîôœ',
  },
  es: {
    words:
      'el la los las de un una y es en que por para con no se su lo del al como más pero qué cómo cuál cuáles porque sobre este esta hay son me mi tu puedes entre si ser hacer dame escribe explica tiene también yo hola',
    letters: 'ñáéíóú¿¡',
  },
  pt: {
    words:
      'o a os as de um uma e é em que por para com não se do da dos das no na como mais mas qual quais porque sobre este esta são me meu minha você pode entre ser fazer escreva explique tem também ao pelo isso olá eu',
    letters: 'ãõçáéíóúâêô',
  },
  it: {
    words:
      'il lo la i gli le di un una e è in che per con non si del della dei delle al alla come più ma cosa qual quale perché sono questo questa mi mio puoi tra fra essere fare scrivi spiega ho anche nel nella dal ciao',
    letters: 'àèéìòù',
  },
  nl: {
    words:
      'de het een en van is in dat op te zijn met voor niet ik je die er aan om ook als maar bij of hoe wat waarom kan kun naar uit dit worden heeft mij mijn wordt door over schrijf leg deze hebben geef hallo',
    letters: 'ĳë',
  },
  sv: {
    words:
      'och att det som en ett är i på för med av inte jag du den till har om hur vad varför kan var från de men vi skriv förklara ska mig min eller när över hej',
    letters: 'åäö',
  },
  da: {
    words:
      'og at det som en et er i på for med af ikke jeg du den til har om hvordan hvad hvorfor kan var fra de men vi skriv forklar skal mig min eller når over blev efter hej',
    letters: 'æøå',
  },
  no: {
    words:
      'og å at det som en et er i på for med av ikke jeg du den til har om hvordan hva hvorfor kan var fra de men vi skriv forklar skal meg min eller når over ble etter hei',
    letters: 'æøå',
  },
  fi: {
    words:
      'ja on ei se että en hän oli mutta kun niin kuin mitä miten miksi voi ovat tai myös minä sinä tämä olen olla kirjoita selitä mikä jos hei',
    letters: 'äö',
  },
  pl: {
    words:
      'i w na z do to nie się że jest jak co czy dla od po o a ale są przez jako który która dlaczego jaki jaka mi mój może tak być lub napisz wyjaśnij ten ta cześć',
    letters: 'ąćęłńóśźż',
  },
  cs: {
    words:
      'a v na se je že to s z do jak co pro ne o i ale jako který která proč jaký jaká mi můj může jsou nebo být napiš vysvětli tak od po za jsem ahoj',
    letters: 'ěščřžýáíéůúďťň',
  },
  ro: {
    words:
      'și de la în a este un o cu nu pe care ce pentru din mai că sunt cum sau dar se al ale unei unui mi poți scrie explică fi prin după salut',
    letters: 'ășțîâ',
  },
  hu: {
    words:
      'a az és hogy nem is egy van ez mint de meg ha vagy csak már hogyan mi miért kell lehet írj magyarázd el volt mert azt ki szia',
    letters: 'áéíóöőúüű',
  },
  tr: {
    words:
      've bir bu da de için ile ne mi nasıl neden çok daha gibi olarak olan var ben sen bana değil en kadar ya ama yaz açıkla hangi nedir merhaba',
    letters: 'çğıöşü',
  },
  id: {
    words:
      'yang dan di ini itu dengan untuk tidak dari dalam akan pada saya anda adalah ke bagaimana apa mengapa kenapa bisa atau juga oleh sebagai karena buat jelaskan tolong sebuah ada halo',
    letters: '',
  },
  vi: {
    words:
      'và của là có không các một cho trong được với những để người này về như thế nào gì tại sao tôi bạn hãy khi viết giải thích',
    letters: 'ăâđêôơưạảấầẩậắằếềểệịọỏốồổộớờởợụủứừửựỳỹ',
  },
} as const satisfies Record<string, { readonly words: string; readonly letters: string }>
