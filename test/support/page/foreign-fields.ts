import { parseSync } from 'vite'

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>

/** Attributes of an element whose text a person sees or hears. */
const shownAttributes = new Set(['title', 'aria-label', 'alt', 'placeholder'])

/** The fields of types that can be any text: `string`, `string | null`. */
export function findForeignFields(path: string, program: string): readonly string[] {
  const found: string[] = []
  walk(parseSync(path, program).program as unknown as Node, (node) => {
    if (node.type !== 'TSPropertySignature') return
    const { key, typeAnnotation } = node as unknown as {
      key: Node
      typeAnnotation?: { typeAnnotation: Node }
    }
    if (typeAnnotation !== undefined && isAnyText(typeAnnotation.typeAnnotation)) found.push(String(key.name))
  })
  return found
}

function isAnyText(node: Node): boolean {
  if (node.type === 'TSUnionType') return (node.types as readonly Node[]).some(isAnyText)
  return node.type === 'TSStringKeyword'
}

/** Places where a component shows such a field without `ForeignText`, as `path:line expression`. */
export function findRawTexts(path: string, program: string, foreign: ReadonlySet<string>): readonly string[] {
  const { errors, program: tree } = parseSync(path, program)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const found: string[] = []
  const add = (node: Node) => {
    const { start, end } = node as unknown as { start: number; end: number }
    found.push(`${path}:${program.slice(0, start).split('\n').length} ${program.slice(start, end)}`)
  }
  walk(tree as unknown as Node, (node) => {
    if (node.type === 'JSXElement' || node.type === 'JSXFragment')
      for (const child of node.children as readonly Node[])
        if (child.type === 'JSXExpressionContainer') findLeaves(child.expression as Node, foreign, add)
    if (node.type === 'Property' && (node.key as Node).name === 'cell') {
      for (const shown of findReturned(node.value as Node)) findLeaves(shown, foreign, add)
      return
    }
    if (node.type !== 'JSXAttribute') return
    const { name, value } = node as unknown as { name: Node; value: Node | null }
    if (value?.type === 'JSXExpressionContainer' && shownAttributes.has(String(name.name)))
      findLeaves(value.expression as Node, foreign, add)
  })
  return found
}

/** What a function of a column (`cell` of a `RowTable`) shows. */
function findReturned(node: Node): readonly Node[] {
  if (node.type !== 'ArrowFunctionExpression') return []
  const body = node.body as Node
  if (body.type !== 'BlockStatement') return [body]
  const found: Node[] = []
  walk(body, (each) => {
    if (each.type === 'ReturnStatement') found.push(each.argument as Node)
  })
  return found
}

/** Calls `add` with each foreign field whose text becomes that of the expression. */
function findLeaves(node: Node, foreign: ReadonlySet<string>, add: (node: Node) => void): void {
  const into = (...nodes: readonly unknown[]) => {
    for (const each of nodes) findLeaves(each as Node, foreign, add)
  }
  switch (node.type) {
    case 'Identifier':
      if (foreign.has(String(node.name))) add(node)
      return
    case 'MemberExpression':
      if (node.computed !== true && foreign.has(String((node.property as Node).name))) add(node)
      return
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      into(node.expression)
      return
    case 'ConditionalExpression':
      into(node.consequent, node.alternate)
      return
    case 'LogicalExpression':
      into(...(node.operator === '&&' ? [node.right] : [node.left, node.right]))
      return
    case 'BinaryExpression':
      if (node.operator === '+') into(node.left, node.right)
      return
    case 'TemplateLiteral':
      into(...(node.expressions as readonly unknown[]))
      return
    case 'ArrayExpression':
      into(...(node.elements as readonly unknown[]))
      return
    case 'CallExpression': {
      // A method of the text gives a part of it: `task.replaceAll('-', ' ')`.
      const callee = node.callee as Node
      if (callee.type === 'MemberExpression' && textMethods.has(String((callee.property as Node).name)))
        into(callee.object)
    }
  }
}

const textMethods = new Set([
  'replace',
  'replaceAll',
  'slice',
  'trim',
  'toLowerCase',
  'toUpperCase',
  'toString',
  'join',
  'padStart',
])

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node))
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) walk(each, visit)
    } else if (isNode(value)) walk(value, visit)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}
