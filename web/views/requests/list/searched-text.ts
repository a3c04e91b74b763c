/** By the name that stands for it in the address. Prompts are confidential, so what is searched for is in no address and nowhere else. */
const texts = new Map<string, string>()

/** Keeps a text while the page is open. @returns the name that the query has in its place. */
export function keepSearchedText(text: string): string {
  const name = Math.random().toString(36).slice(2, 10)
  texts.set(name, text)
  return name
}

/** Null: the query searches for nothing, or the page was opened anew since. */
export function findSearchedText(query: URLSearchParams): string | null {
  return texts.get(query.get('search') ?? '') ?? null
}
