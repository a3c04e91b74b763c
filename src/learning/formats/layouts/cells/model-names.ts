/** Families whose name alone is a model's. */
const families =
  /(?:^|[/_.:@|-])(?:chat)?(?:gpt|claude|llama|codellama|mistral|mixtral|ministral|gemini|gemma|qwen|qwq|deepseek|wizardlm|wizardcoder|vicuna|grok|dbrx|jamba|nemotron|kimi|chatglm|minimax|zephyr|openchat|olmo|davinci|falcon|internlm|baichuan|starcoder|codestral|pixtral)/i
/** Families whose names are words too: a number or a hyphen must follow. */
const words =
  /(?:^|[/_.:@-])(?:phi|command|yi|nova|titan|solar|glm|ernie|sonar|palm|hermes|granite|aya|reka|o[134]|sonnet|haiku|opus)(?:[-_ ]?\d|[-_][a-z])/i

/** Whether a column's name is that of a model: of a known family, or `owner/name` with a number in it. */
export function looksLikeModel(name: string): boolean {
  if (name.length > 120) return false
  return (
    families.test(name) ||
    words.test(name) ||
    /^[\w.-]+\/[\w.:-]*\d[\w.:-]*$/.test(name) ||
    /^o[134]$/.test(name)
  )
}

/** The model in the name of a file: `notdiamond-gpt-4o.csv` and `gpt-4o_results.csv` are of gpt-4o. The whole name if no family is in it. */
export function modelOfFile(path: string): string {
  const parts = path.replace(/\\/g, '/').split('/')
  const stem = (parts.at(-1) ?? '').replace(
    /(?:\.(?:jsonl|ndjson|json|csv|tsv|parquet|gz|zst|zstd|log|txt))+$/i,
    '',
  )
  // lm-eval: <model>/samples_<task>_<date>.jsonl, with __ for the slash of the model's name.
  const folder = parts.at(-2) ?? ''
  if (/^samples_/.test(stem) && folder !== '') return folder.replaceAll('__', '/')
  const found = families.exec(stem) ?? words.exec(stem)
  return found === null
    ? stem
    : stem
        .slice(found.index)
        .replace(/^[/_.:@|-]/, '')
        .replace(contentSuffix, '')
}

/** What such a file says of its content after the model's name: `gpt-4o-scores.csv`. */
const contentSuffix =
  /(?:[-_.](?:scores?|results?|labels?|outputs?|outcomes?|answers?|predictions?|responses?|evals?|evaluations?|samples|graded|judged|scored))+$/i
