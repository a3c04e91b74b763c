import OpenAI from 'openai'
import OpenAI7 from 'openai-7'

/** The class of version 6; that of version 7 has the same methods under types of its own. */
export type OpenAIClass = typeof OpenAI

export const openai6: OpenAIClass = OpenAI
export const openai7 = OpenAI7 as unknown as OpenAIClass
