import type { IncomingHttpHeaders } from 'node:http'
import { type Demands, noNeeds } from '../../../routing/catalogue/request-needs.ts'

/**
 * What the headers `x-routellm-region` and `x-routellm-tags` demand of the model that answers. Tags are separated by
 * commas; empty ones, and an empty region, demand nothing.
 */
export function parseDemands(headers: IncomingHttpHeaders): Demands {
  const region = headers['x-routellm-region']
  const tags = headers['x-routellm-tags']
  if (region === undefined && tags === undefined) return noNeeds
  return { region: region?.toString().trim() || null, tags: parseTags(tags?.toString() ?? '') }
}

/** @param list tags separated by commas. @returns each once. */
function parseTags(list: string): readonly string[] {
  return [...new Set(list.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
}
