/** What the words of a turn do in a conversation. */
export const turnRoles = [
  'refers',
  'continues',
  'agrees',
  'objects',
  'adds',
  'compares',
  'edits',
  'greets',
  'newTopic',
  'definite',
] as const

type TurnRole = (typeof turnRoles)[number]

/**
 * Words and phrases by language and role, lower case, separated by |. They are features of a classifier and decide
 * nothing by themselves, so that a word may stand in several lists. The languages are those of the everyday prompts.
 */
export const turnWords: Readonly<Record<string, Readonly<Record<TurnRole, string>>>> = {
  ar: {
    refers: 'هذا|هذه|هذي|ذلك|تلك|هو|هي|هم|منها|فيها|عليها|له|لها|منه|فيه|به|بها|هنا|هناك|ذا|السابق',
    continues: 'تابع|أكمل|كمل|استمر|واصل|التالي|التالية|مرة أخرى|مرة ثانية|أعد|المزيد|كمان|أكثر',
    agrees: 'نعم|أيوه|إي|طيب|تمام|حسنا|حسناً|أوكي|شكرا|شكراً|ممتاز|صحيح|فهمت|جيد|رائع|بالضبط|فكرة جيدة|ماشي',
    objects: 'لا|ليس|غلط|خطأ|مو|ما زال|لم|انتظر|توقف|لحظة|آسف|تراجع|نسيت|انس',
    adds: 'و|لكن|بس|أيضا|أيضاً|ثم|الآن|الحين|وماذا|ماذا لو|ماذا عن|ربما|يعني|هممم|كذلك',
    compares:
      'أقصر|أطول|أبسط|اختصر|أعد صياغة|آخر|أخرى|نفس|الباقي|كلاهما|الكل|الأول|الأولى|الثاني|الثانية|الثالث|الأخير|الأخيرة|الخطوة|السطر|الجزء|الخيار|النسخة|الجواب|جوابك|مثال|أفضل|أقل|تفاصيل|النقطة|الفقرة|أمثلة',
    edits:
      'غير|غيّر|بدل|بدّل|استبدل|احذف|شيل|أضف|ضيف|انقل|رتب|رتبها|قرب|أصلح|أصلحه|صحح|صححها|حدث|اجعل|اجعلها|خلي|خليها|حول|حوله|ترجمها|قسم|قسمها|شغل|شغله|جرب|راجع|أرني|استخدم|فقط|بدون|على شكل|في جدول|بصيغة|مع|اشرح',
    greets: 'مرحبا|السلام عليكم|صباح الخير|مساء الخير|أهلا|أهلاً|هاي|هلا|كيف حالك',
    newTopic: 'موضوع آخر|سؤال آخر|بالمناسبة|سؤال سريع|سؤال مختلف',
    definite: '',
  },
  de: {
    refers:
      'es|das|dies|diese|dieser|dieses|diesen|sie|ihn|ihm|ihnen|davon|dafür|damit|darin|dazu|daran|daraus|dort|da|oben|dessen|deren|letzteres|ersteres',
    continues:
      'weiter|mach weiter|fahr fort|weitermachen|fortfahren|nächster|nächste|nächstes|nochmal|noch einmal|noch|mehr|von vorne|wiederhole|wiederholen|fortsetzen',
    agrees:
      'ja|jo|jawohl|ok|okay|klar|genau|richtig|stimmt|super|perfekt|danke|vielen dank|passt|alles klar|verstanden|gut|gute idee|einverstanden|top|prima|ach so',
    objects:
      'nein|nee|nicht|falsch|fehler|stimmt nicht|geht nicht|immer noch|warte|stopp|halt|vergiss|rückgängig|sorry|ups|kein|vergessen',
    adds: 'und|aber|also|dann|jetzt|was ist mit|wie wäre es|wie sieht es|was wenn|oder|vielleicht|hm|naja|auch',
    compares:
      'kürzer|länger|einfacher|kürze|umformulieren|formulier|anderes|andere|anderen|gleiche|dasselbe|ebenso|auch|rest|übrigen|beide|beiden|alle|jeweils|erste|zweite|dritte|letzte|letzten|vorherige|schritt|zeile|teil|variante|version|antwort|beispiel|besser|weniger|genauer|details|punkt|absatz|dein|deine',
    edits:
      'ändere|ersetze|benenne|entferne|lösch|streiche|füge|füg|verschieb|tausche|sortier|sortiere|runde|behebe|korrigiere|aktualisiere|mach|mach es|wandle|übersetz das|teil|committe|push|starte|teste|prüf|zeig|nimm|behalte|nur|als|ohne|mit|auf|für|in|erklär|erkläre',
    greets: 'hallo|hi|hey|guten morgen|guten tag|guten abend|moin|servus|grüß|wie geht',
    newTopic: 'neues thema|andere frage|anderes thema|was anderes|übrigens|kurze frage',
    definite: 'der|die|das|den|dem|des|im|am|zum|zur|vom',
  },
  en: {
    refers:
      "it|its|it's|that|that's|this|these|those|them|they|he|she|him|her|ones|above|here|there|former|latter",
    continues:
      'continue|go on|go ahead|carry on|keep going|proceed|next|resume|more|again|further|start over|repeat',
    agrees:
      'yes|yeah|yep|yup|ok|okay|k|sure|right|correct|exactly|great|perfect|cool|nice|good idea|good point|thanks|thank you|thx|got it|fine|agreed|understood|interesting|lgtm|awesome|wonderful',
    objects:
      "no|nope|nah|not|wrong|error|mistake|bug|doesn't work|still|incorrect|wait|stop|never mind|sorry|oops|undo|revert|forgot|missed",
    adds: 'and|but|also|so|then|now|what about|how about|what if|what else|why not|or|instead|maybe|actually|well|hm|hmm|oh',
    compares:
      'shorter|longer|simpler|shorten|rewrite|rephrase|another|other|same|too|instead|rest|remaining|both|all of them|each|either|neither|first|second|third|last|previous|step|line|part|option|version|answer|example|better|less|detail|details|point|paragraph|the code|your',
    edits:
      'change|replace|rename|remove|delete|drop|add|insert|move|swap|sort|order|round|fix|correct|update|put|make it|make them|make the|turn it|convert it|translate it|rewrite|split|merge|commit|push|deploy|run|rerun|test|revert|check|show|format|refactor|use|keep|only|just|in|as|without|with|for|explain line|explain why|them',
    greets:
      "hi|hello|hey|hiya|good morning|good afternoon|good evening|morning|yo|what's up|greetings|how are you",
    newTopic:
      'new topic|different question|another topic|another question|unrelated|by the way|quick question|something else|change of topic',
    definite: 'the|my|our|your',
  },
  es: {
    refers:
      'eso|esto|ese|esa|este|esta|esos|esas|estos|estas|ello|lo|los|las|le|allí|ahí|aquí|aquel|último|anterior|dicho',
    continues:
      'continúa|continua|sigue|seguir|adelante|siguiente|otra vez|de nuevo|más|repite|repetirlo|retoma',
    agrees:
      'sí|si|vale|ok|claro|dale|perfecto|genial|gracias|bien|exacto|correcto|de acuerdo|entendido|buena idea|súper|ah ya|listo',
    objects:
      'no|mal|error|incorrecto|falla|sigue sin|todavía|espera|para|perdón|ups|deshaz|olvida|olvidaste|nada',
    adds: 'y|pero|también|entonces|ahora|qué tal|y si|qué pasa|o|quizá|además|hmm|bueno',
    compares:
      'corto|largo|sencillo|acorta|reescribe|otro|otra|otros|mismo|misma|igual|resto|demás|ambos|los dos|todos|cada|primero|primera|segundo|segunda|tercero|tercera|última|paso|línea|parte|opción|versión|respuesta|ejemplo|mejor|menos|detalle|detalles|punto|párrafo|tu',
    edits:
      'cambia|reemplaza|renombra|renómbralo|quita|elimina|borra|añade|agrega|mueve|muévelo|ordena|ordénalos|redondea|arregla|arréglalo|corrige|actualiza|pon|haz|hazlo|ponlo|conviértelo|pásalo|tradúcelo|traduce|divide|corre|ejecuta|prueba|revisa|muestra|muéstrame|usa|deja|solo|sólo|en|como|sin|con|para|intercambia',
    greets: 'hola|buenos días|buen día|buenas tardes|buenas noches|buenas|hey|qué tal|holi',
    newTopic: 'otro tema|otra pregunta|por cierto|pregunta rápida|cambiando de tema',
    definite: 'el|la|los|las|al|del',
  },
  fr: {
    refers:
      'ça|cela|ceci|ce|cet|cette|ces|celui|celle|ceux|celles|il|elle|le|la|les|lui|leur|y|en|là|dessus|dernier',
    continues: 'continue|vas-y|poursuis|suite|suivant|suivante|encore|reprends|répète|recommence|plus|refais',
    agrees:
      "oui|ouais|ok|d'accord|parfait|super|merci|bien|exact|exactement|compris|bonne idée|génial|entendu|ah|bien sûr",
    objects: 'non|pas|faux|erreur|fausse|toujours pas|attends|stop|pardon|oups|annule|oublie|oublié|rien',
    adds: 'et|mais|aussi|alors|donc|maintenant|et si|ou|peut-être|plutôt|hmm|bon',
    compares:
      'court|long|simple|raccourcis|reformule|réécris|autre|autres|même|pareil|idem|reste|deux|tous|toutes|chacun|premier|première|deuxième|troisième|dernière|étape|ligne|partie|option|version|réponse|exemple|mieux|moins|détail|détails|point|paragraphe|ton|ta|tes',
    edits:
      'change|remplace|renomme|enlève|supprime|retire|ajoute|déplace|trie|arrondis|corrige|mets|fais|rends|convertis|traduis-le|coupe|lance|relance|teste|vérifie|montre|montre-moi|utilise|garde|juste|seulement|en|sous|sans|avec|pour|inverse|sur',
    greets: 'bonjour|salut|coucou|bonsoir|hello|hey|ça va',
    newTopic: 'autre sujet|autre question|au fait|petite question|rien à voir|changeons de sujet',
    definite: 'le|la|les|du|des|au|aux|l',
  },
  hi: {
    refers:
      'यह|ये|वह|वो|इसे|इसका|इसकी|इसके|इसको|इसमें|उसे|उसका|उसकी|उसमें|इन|इनमें|उनमें|उन|यही|वही|यहाँ|वहाँ|ऊपर|isko|isme|ye|wo',
    continues: 'जारी|आगे|फिर|अगला|अगली|दोबारा|फिर से|और|शुरू से|aage|continue|phir',
    agrees: 'हाँ|जी|ठीक|ठीक है|अच्छा|ओके|ok|धन्यवाद|शुक्रिया|बढ़िया|सही|समझ गया|बिल्कुल|thanks|accha|शानदार|सहमत',
    objects: 'नहीं|गलत|गलती|एरर|रुको|माफ़|मत|अभी भी|वापस|भूल|galat|nahi|ना',
    adds: 'और|लेकिन|पर|भी|तो|अब|अगर|क्या हो|शायद|हम्म|या',
    compares:
      'छोटा|लंबा|आसान|दूसरा|दूसरी|दूसरे|वैसा|बाकी|दोनों|सब|हर|पहला|पहले|तीसरा|आखिरी|चरण|लाइन|पंक्ति|हिस्सा|विकल्प|जवाब|उत्तर|उदाहरण|बेहतर|कम|विस्तार|बिंदु|पैराग्राफ|तुम्हारा|वाला|वाली',
    edits:
      'बदल|बदलो|कर दो|कर|हटा|हटाओ|जोड़ो|जोड़|डालो|रखो|लगाओ|सुधार|सुधारो|अपडेट|बना दो|बना|बाँट|चलाओ|जाँचो|दिखाओ|सिर्फ|केवल|के बिना|के साथ|के लिए|में|की जगह|समझाओ|निकाल|daal|karo',
    greets: 'नमस्ते|नमस्कार|हैलो|हाय|सुप्रभात|शुभ|राम राम|कैसे हो|कैसे हैं',
    newTopic: 'दूसरा विषय|दूसरा सवाल|वैसे|छोटा सवाल|अलग बात',
    definite: '',
  },
  ja: {
    refers: 'それ|これ|あれ|その|この|あの|そこ|ここ|さっき|上の|そちら|そう',
    continues: '続け|続き|次|もう一度|もっと|再|最初から|あと|それから',
    agrees:
      'はい|うん|いいよ|了解|わかった|わかりました|オッケー|ok|ありがとう|完璧|なるほど|そうそう|同意|いい考え|助かり',
    objects:
      'いいえ|違う|違い|じゃない|間違|まだ|待って|ストップ|すみません|取り消|忘れ|おかしい|エラー|ない',
    adds: 'でも|じゃあ|では|もし|あと|また|だと|たら|場合|は?|うーん|つまり',
    compares:
      '短く|長く|簡単|書き直|別|ほか|他|同じ|残り|両方|全部|最初|一つ目|二つ目|最後|ステップ|行目|部分|番|案|バージョン|答え|例|詳し|丁寧|具体|段落|もう少し',
    edits:
      '変えて|替えて|置き換え|消して|削除|足して|加えて|追加|移して|並べ|まで|直して|更新|にして|にまとめ|訳して|分けて|実行|走らせ|確認|見せて|使って|だけ|なしで|つきで|向けに|入れて|付けて|整理|説明して|を',
    greets: 'こんにちは|おはよう|こんばんは|やあ|はじめまして|ハロー|お疲れ',
    newTopic: '話は変わ|別の話|別の質問|ところで|ちょっと質問',
    definite: '',
  },
  ko: {
    refers: '그거|그게|그걸|그|이거|이게|이걸|이|저|거기|여기|그중|위에|그건|그것|이것',
    continues: '계속|이어서|다음|다시|더|또|처음부터|하나 더',
    agrees: '네|응|그래|좋아|알겠|오케이|ㅇㅇ|ㅇㅋ|고마|감사|완벽|맞아|이해했|좋은 생각|아',
    objects: '아니|틀렸|안 돼|오류|에러|아직|잠깐|멈춰|미안|되돌|잊어|말고|빼|이상',
    adds: '그리고|근데|그럼|그러면|이제|만약|면?|는?|은?|또는|음|혹시|도',
    compares:
      '짧게|길게|쉽게|고쳐|바꿔|다른|같은|똑같|나머지|둘 다|전부|첫 번째|두 번째|세 번째|마지막|단계|번째|부분|번|안|버전|답|예|더 나은|자세|구체|문단|네가|너라면',
    edits:
      '바꿔|바꾸|지워|제거|삭제|추가|넣어|옮겨|정렬|까지|고쳐|업데이트|만들어|로 해|번역해|나눠|커밋|푸시|돌려|실행|확인|보여|써줘|만|없이|넣어서|용으로|정리|설명해|으로',
    greets: '안녕|반가워|좋은 아침|하이|여보세요|잘 지내',
    newTopic: '다른 얘기|다른 질문|그런데|간단한 질문',
    definite: '',
  },
  pt: {
    refers:
      'isso|isto|esse|essa|este|esta|esses|essas|aquilo|ele|ela|eles|elas|lo|la|aí|ali|aqui|desse|dessa|disso|nisso|anterior',
    continues:
      'continua|continue|segue|próximo|próxima|de novo|mais|repete|repetir|retoma|prossegue|outra vez',
    agrees:
      'sim|ok|claro|beleza|isso|certo|perfeito|ótimo|obrigado|obrigada|valeu|entendi|boa ideia|exato|combinado|legal',
    objects: 'não|errado|erro|errada|ainda|espera|para|desculpa|ops|desfaz|esquece|esqueceu|nada|nenhum',
    adds: 'e|mas|também|então|agora|que tal|e se|ou|talvez|hmm|bom',
    compares:
      'curto|longo|simples|encurta|reescreve|outro|outra|outros|mesmo|mesma|igual|resto|ambos|os dois|todos|cada|primeiro|primeira|segundo|segunda|terceiro|terceira|último|última|passo|linha|parte|opção|versão|resposta|exemplo|melhor|menos|detalhe|detalhes|ponto|parágrafo|sua|seu',
    edits:
      'muda|troca|substitui|renomeia|tira|remove|apaga|adiciona|coloca|acrescenta|move|ordena|arredonda|conserta|corrige|atualiza|faz|deixa|converte|passa|traduz|divide|roda|testa|confere|mostra|usa|só|apenas|em|como|sem|com|para|pra|inclui',
    greets: 'oi|olá|bom dia|boa tarde|boa noite|opa|e aí|eae|tudo bem',
    newTopic: 'outro assunto|outra pergunta|aliás|pergunta rápida|mudando de assunto',
    definite: 'o|a|os|as|do|da|dos|das|no|na|ao',
  },
  ru: {
    refers:
      'это|этот|эта|эти|этого|этому|этом|этим|то|тот|та|те|того|тому|его|её|ее|их|он|она|оно|они|ему|ей|им|туда|там|тут|здесь|сюда|них',
    continues:
      'продолжай|продолжи|дальше|далее|следующий|следующая|ещё|еще|снова|опять|повтори|больше|заново',
    agrees:
      'да|ага|угу|ок|хорошо|конечно|отлично|спасибо|понял|поняла|понятно|верно|точно|супер|ладно|согласен|класс|договорились|хорошая идея',
    objects:
      'нет|не|неверно|неправильно|ошибка|ошибку|стоп|подожди|извини|упс|откати|отмени|забудь|забыл|всё равно',
    adds: 'и|а|но|также|тогда|теперь|а если|что если|как насчёт|или|может|хм|ну|так|значит|тоже',
    compares:
      'короче|длиннее|проще|сократи|перепиши|другой|другая|другое|такой же|то же|тоже|остальное|остальных|оба|все|каждый|первый|первая|второй|вторая|третий|последний|последняя|шаг|строка|строку|строке|часть|вариант|версия|ответ|пример|лучше|подробнее|подробней|детали|пункт|абзац|твой|твоя|твоё',
    edits:
      'измени|поменяй|замени|переименуй|убери|удали|добавь|вынеси|отсортируй|округли|исправь|поправь|обнови|сделай|преврати|переведи|раздели|закоммить|запусти|проверь|покажи|используй|оставь|только|в виде|без|с|для|по|в|на|списком|объясни',
    greets: 'привет|здравствуйте|добрый день|доброе утро|добрый вечер|доброй ночи|хай|как дела',
    newTopic: 'другая тема|другой вопрос|кстати|быстрый вопрос|о другом|новая тема',
    definite: '',
  },
  tr: {
    refers:
      'bu|bunu|buna|bunun|bunlar|bunları|bunların|şu|şunu|o|onu|ona|onun|onlar|onları|burada|orada|oraya|buradan|öyle|böyle|hangisi|öbür',
    continues: 'devam|sürdür|sonraki|sıradaki|tekrar|yeniden|bir daha|daha|yine|baştan',
    agrees:
      'evet|tamam|ok|olur|tabii|harika|süper|teşekkürler|teşekkür|sağ ol|sağ olun|anladım|doğru|güzel|iyi fikir|aynen|peki|iyi',
    objects: 'hayır|yok|değil|yanlış|hata|olmadı|hâlâ|hala|bekle|dur|pardon|geri al|boş ver|unuttun',
    adds: 've|ama|ayrıca|o zaman|şimdi|peki|ya|peki ya|yani|belki|hmm|de|da',
    compares:
      'kısa|uzun|basit|kısalt|aynı|aynısı|aynısını|başka|diğer|diğerleri|kalan|kalanını|ikisi|hepsi|ilk|ilki|ikinci|üçüncü|son|sonuncu|sonuncusu|adım|adımı|satır|satırı|kısım|kısmı|seçenek|cevap|cevabın|örnek|daha iyi|ayrıntılı|madde|maddeyi|paragraf|senin',
    edits:
      'değiştir|yerine|sil|çıkar|kaldır|ekle|taşı|sırala|yuvarla|düzelt|güncelle|yap|çevir|böl|çalıştır|dene|kontrol et|göster|kullan|sadece|yalnızca|olarak|için|olsun|bırak|açıkla|yaz',
    greets: 'merhaba|selam|günaydın|iyi günler|iyi akşamlar|naber|nasılsın',
    newTopic: 'başka konu|başka soru|bu arada|kısa bir soru|alakasız',
    definite: '',
  },
  zh: {
    refers: '这|那|它|其中|上面|前面|刚才|此|该|这个|那个|这些|那些|这里|那里',
    continues: '继续|接着|然后|下一|往下|再|重新|从头|还有|更多',
    agrees: '是的|对|好|好的|可以|行|嗯|没问题|谢谢|太好了|懂了|明白|没错|同意|不错|哦',
    objects: '不|不是|不对|错|没|别|等等|等一下|停|抱歉|撤销|忘|还是',
    adds: '那|但|可是|也|所以|现在|如果|要是|呢|或者|要不|换成',
    compares:
      '短|长|简单|改成|重写|另|其他|一样|同样|剩下|其余|两个|都|第一|第二|第三|最后|步|行|部分|方案|版|答案|例子|更|详细|具体|点|段|你的|你',
    edits:
      '改|换|替换|删|去掉|去|加|添加|移|排序|保留|修|更新|做成|变成|转成|翻译一下|拆|提交|推|运行|跑|测试|检查|核对|给我看|用|只|不要|不用|以|写成|整理|解释一下|把',
    greets: '你好|您好|早上好|下午好|晚上好|嗨|哈喽|大家好|在吗',
    newTopic: '换个话题|另一个问题|对了|问一下|说点别的',
    definite: '',
  },
}

/** Languages that put no spaces between words, or join particles to them: their words are found within a text. */
export const joinedLanguages: readonly string[] = ['ja', 'ko', 'zh']
