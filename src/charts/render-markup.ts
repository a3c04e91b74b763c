import type { ComponentChild, ComponentChildren, JSX, VNode } from 'preact'
import { Fragment, isValidElement } from 'preact'
import { escapeMarkup } from '../base/text/display.ts'

/** Elements of HTML that have no end tag. */
const voidElements = new Set(['br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'wbr'])

/**
 * The markup of components, for a file. It is the same for the same properties, and well-formed whatever the texts in it.
 * Components are functions of their properties: no state, no context, no handlers of events, which a file could not have.
 */
export function renderMarkup(node: JSX.Element): string {
  return renderChild(node)
}

function renderChild(node: ComponentChildren): string {
  if (Array.isArray(node)) return node.map(renderChild).join('')
  if (isElement(node)) return renderElement(node)
  return node === null || node === undefined || typeof node === 'boolean' ? '' : escapeText(String(node))
}

function renderElement({ type, props }: VNode<Record<string, unknown>>): string {
  const { children, ...attributes } = props as Record<string, unknown> & { children?: ComponentChildren }
  if (type === Fragment) return renderChild(children)
  if (typeof type === 'function') return renderChild((type as (props: unknown) => ComponentChild)(props))
  const tag = `${type}${Object.entries(attributes).map(renderAttribute).join('')}`
  if (voidElements.has(type)) return `<${tag}>`
  // A style sheet is no text: `>` in it is a combinator. Only the project's own ones get here.
  const content = type === 'style' ? String(children) : renderChild(children)
  return `<${tag}>${content}</${type}>`
}

function renderAttribute([name, value]: readonly [string, unknown]): string {
  if (value === null || value === undefined || value === false) return ''
  return value === true ? ` ${name}=""` : ` ${name}="${escapeMarkup(String(value)).replaceAll('&#39;', "'")}"`
}

/** Quotes are text between elements, and `'` is text in an attribute. */
function escapeText(text: string): string {
  return escapeMarkup(text).replaceAll('&#39;', "'").replaceAll('&quot;', '"')
}

function isElement(node: ComponentChildren): node is VNode<Record<string, unknown>> {
  return isValidElement(node)
}
