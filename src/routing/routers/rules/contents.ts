/** Lines that only code has: one is enough. Each pattern is tested on the beginning of a line, of bounded length. */
const certainLines: readonly RegExp[] = [
  /^\s{0,3}(?:```|~~~)/,
  /^\s*(?:#include\b|#!\/|<\?php|<!DOCTYPE|<\/?(?:html|head|body|div|script|style|table)\b)/i,
  /^\s*(?:async )?(?:def \w+ ?\(|class \w+[^.?]*[:{]\s*$)/,
  /^\s*(?:export |public |private |protected |static |async )*(?:function|interface|struct|enum|namespace|fn|func) ?\w*\s?[({<]/,
  /^\s*(?:SELECT\s.+\sFROM\s|INSERT INTO \w|CREATE TABLE \w|DELETE FROM \w|ALTER TABLE \w)/,
  /^\s*select [\w*,. ]+ from \w+(?: (?:where|join|order by|group by|limit)\b|;)/,
  /^\s*(?:from [\w.]+ import \w|import (?:[\w.]+ as \w+|\{|\* |['"]|java|[\w.]+;))/,
  /^\s*(?:export )?(?:const|let|var) \w+(?:: ?\w+)? ?= ?\S/,
]

/** Lines that look like code: two are enough. */
const likelyLines: readonly RegExp[] = [
  /^\s*import [\w.]+\s*$/,
  /^\s*@\w+(?:\.\w+)*(?:\(.*\))?\s*$/,
  /^\s*<\/?[a-z][\w-]*(?: [^<>]*)?\/?>/,
  /^\s*(?:if|for|while|switch|elif|else if)\b.*(?:\{|:)\s*$/,
  /^\s*(?:return|throw|await|print|console\.log|System\.out|printf|cout|echo)\b.*[;)]\s*$/,
  /^\s*(?:int|float|double|char|bool|auto|string|final|val) ?\w+ ?[=;[]/i,
  /^\s*[\w.[\]"']+ ?(?:[-+*/]?=|:=) ?\S.*$/,
  /^\s*[})\]]+[;,)]*\s*$/,
  /;\s*$/,
  /^\s*(?:assert|>>>|\$ (?:npm|pip|git|docker|sudo|cd|curl)) ?\w/,
]

const longestLine = 300
const inlineCode = /`[^`\n]{1,100}[(){}=;<>_.][^`\n]{0,100}`/
const codeRequest =
  /\b(?:(?:write|create|implement|make|give me|fix|debug|refactor|optimi[sz]e|complete|need)(?: \w+){0,4} (?:function|method|program|script|code|class|query|regex|regular expression|unit tests?)|assert \w+\()/i
const programmingWord =
  /\b(?:python|javascript|typescript|java|c\+\+|c#|rust|golang|kotlin|swift|php|ruby|sql|bash|html|css|regex|haskell|matlab|pandas|numpy|react|django|powershell|vba|function|script|code|algorithm|api|array|compile[rd]?|bug)(?![\w+#])/gi

/**
 * Whether a text shows code or asks for some: one line that only code has, two that look like it, a request for a
 * function, program or query, or two words of programming.
 */
export function containsCode(text: string): boolean {
  let likely = inlineCode.test(text) ? 1 : 0
  for (const line of text.split('\n')) {
    const shown = line.slice(0, longestLine)
    if (certainLines.some((pattern) => pattern.test(shown))) return true
    if (likelyLines.some((pattern) => pattern.test(shown)) && ++likely >= 2) return true
  }
  if (codeRequest.test(text)) return true
  const words = new Set<string>()
  for (const [word] of text.matchAll(programmingWord)) words.add(word.toLowerCase())
  return words.size + likely >= 2
}

const latex =
  /\\(?:frac|sqrt|sum|int|prod|lim|cdot|times|div|leq?|geq?|neq|sin|cos|tan|log|ln|pi|theta|alpha|infty|binom|begin\{|mathbb|left|overline|angle|circ|boxed|pmod)|\$(?:[^$\s]{1,80}|[^$\n]{0,200}[\^_\\=+<>][^$\n]{0,200})\$/
const formula =
  /[∑∫√≤≥≠±×÷∞∂∀∃∈⊂∪∩∇²³]|\b\d+(?:\.\d+)? ?[-+*/^] ?\(?-?\d|\b\d*[a-z] ?\^ ?\d|\b\d*[a-z] ?[-+*/=] ?\d|\b\d*[a-z] ?[-+*/] ?\d*[a-z] ?=|\b[fgh]\(x\)/g
const mathsWord =
  /\b(?:equations?|integrals?|integrate|derivatives?|differentiate|theorem|lemma|proof|prove|polynomials?|logarithms?|co?sine|tangent|eigenvalues?|eigenvectors?|quadratic|algebra|calculus|geometry|geometric|arithmetic|hypotenuse|perimeter|circumference|radius|diameter|triangles?|rectangles?|perpendicular|parallel|probability|permutations?|combinations?|expected value|standard deviation|variance|prime numbers?|prime|integers?|divisible|divisor|remainder|modulo|factorial|fractions?|decimal|square root|cube root|squared|numerator|denominator|matrix|matrices|determinant|vectors?|function f|solve for|simplify|calculate|compute|evaluate|converges?|inequality|sequence|coefficients?|real numbers?|percent(?:age)?|average|sum of|product of|ratio|larger number|area of|volume of)\b/gi
const wordProblem =
  /\b(?:how (?:many|much|long|old|far|fast)|what (?:is|was) the (?:total|average|sum|percentage|cost|price|difference|number)|in total|altogether)\b/i
const number =
  /(?<![\w.])(?:\d[\d,]*(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|twice|dozen)(?![\w])/gi

/**
 * Whether a text is about mathematics: LaTeX, two formulas, two words of mathematics, one of each, or a question
 * of how many or how much after at least two numbers.
 */
export function containsMaths(text: string): boolean {
  if (latex.test(text)) return true
  const words = new Set<string>()
  for (const [word] of text.matchAll(mathsWord)) words.add(word.toLowerCase())
  const formulas = [...text.matchAll(formula)].length
  if (words.size >= 2 || (words.size === 1 && formulas >= 1)) return true
  if (formulas >= 2 && !containsCode(text)) return true
  return wordProblem.test(text) && [...text.matchAll(number)].length >= 2
}
