/** OpenAI's embedding models: how long their vectors are where no other length is asked for. */
export const knownModels: Readonly<Record<string, { readonly dimensions: number }>> = {
  'text-embedding-3-small': { dimensions: 1536 },
  'text-embedding-3-large': { dimensions: 3072 },
  'text-embedding-ada-002': { dimensions: 1536 },
}

/** Where those models are served. */
export const knownModelsBaseUrl = 'https://api.openai.com/v1'
