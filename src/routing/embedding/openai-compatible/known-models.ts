/** OpenAI's embedding models, with the length of their vectors by default. */
export const knownModels: Readonly<Record<string, { readonly dimensions: number }>> = {
  'text-embedding-3-small': { dimensions: 1536 },
  'text-embedding-3-large': { dimensions: 3072 },
  'text-embedding-ada-002': { dimensions: 1536 },
}

/** The endpoint of those models. */
export const knownModelsBaseUrl = 'https://api.openai.com/v1'
