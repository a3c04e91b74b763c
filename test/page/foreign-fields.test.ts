import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findForeignFields, findRawTexts } from '../support/page/foreign-fields.ts'

const root = join(import.meta.dirname, '../..')
const filesOf = (folder: string, ending: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.includes('.test.'))
    .map((name) => join(folder, name))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Texts that the page or this program makes itself, and numbers, whose names are those of such fields. */
const ownTexts = new Set([
  'web/app/navigation.tsx key',
  'web/ui/setting/setting-slider.tsx problem',
  'web/views/curve/apply-dialog.tsx policy.measure',
  'web/views/curve/no-requests.tsx policy.measure',
  'web/views/curve/options/options-card.tsx text',
  'web/views/curve/others-banner.tsx policy.measure',
  'web/views/curve/setting/presets.tsx problem',
  'web/views/curve/setting/setting-card.tsx measure',
  'web/views/curve/setting/setting-card.tsx text',
  'web/views/keys/confirm-dialog.tsx action',
  'web/views/keys/form/checked-field.tsx problem',
  'web/views/label/item/item-card.tsx before.kind',
  'web/views/label/progress-card.tsx certificate.status.kind',
  'web/views/overview/certificate-card.tsx status.kind',
  'web/views/overview/failures-card.tsx failure.kind',
  'web/views/overview/over-time-card.tsx name',
  'web/views/overview/over-time-card.tsx summary',
  'web/views/overview/saving-card.tsx left',
  'web/views/requests/trace/facts-card.tsx request.signal.kind',
  'web/views/routers/experiments/evidence-chart.tsx verdict',
  'web/views/routers/others-card.tsx kind',
  'web/views/routers/policy/service-card.tsx kind',
  'web/views/routers/policy/canary-dialog.tsx measure',
  'web/views/routers/policy/service-card.tsx measure',
  'web/views/routers/policy/version-columns.tsx state',
])

/** What the server's answers are made of. */
const answers = [
  ...filesOf('src/store/reader', /\.ts$/),
  ...filesOf('src/server/admin', /\.ts$/),
  'src/gateway/decide/explanation/explained-decision.ts',
  'src/gateway/savings/sessions/session-costs.ts',
  'src/routing/routers/explanation.ts',
]

it('shows no text of the server’s answers as it is', () => {
  const foreign = new Set(answers.flatMap((path) => findForeignFields(path, read(path))))
  expect(foreign.size).toBeGreaterThan(50)
  const raw = filesOf('web', /\.tsx$/).flatMap((path) => findRawTexts(path, read(path), foreign))
  const places = raw.map((each) => each.replace(/:\d+/, ''))
  expect(places.filter((each) => !ownTexts.has(each))).toEqual([])
  expect([...ownTexts].filter((each) => !places.includes(each))).toEqual([])
})

it('finds what is shown raw in the cells of a table', () => {
  const program = `
    const columns = [
      { title: 'A', cell: ({ model }) => model },
      { title: 'B', cell: (row) => { if (row.isOld) return row.effort; return <B text={row.model} /> } },
      { title: 'C', cell: ({ task }) => <p>{task}</p> },
      { title: 'D', cell: ModelOf },
    ]`
  const found = findRawTexts('a.tsx', program, new Set(['model', 'task', 'effort']))
  expect(found).toEqual(['a.tsx:3 model', 'a.tsx:4 row.effort', 'a.tsx:5 task'])
})

it('finds what is shown raw, in text and in attributes', () => {
  const program = `
    export const A = ({ turn, model }) => (
      <p title={turn.task}>
        {model} {turn.model ?? 'none'} {turn.isOld && \`effort \${turn.effort}\`} {turn.task.replaceAll('-', ' ')}
        {'of ' + model} {turn.count} {formatTask(turn.task)} <B text={model} key={model} />
        {turn.tags.map((model) => <i>{model.slice(1)}</i>)} {escapeInvisible(model)}
      </p>
    )`
  const found = findRawTexts('a.tsx', program, new Set(['model', 'task', 'effort']))
  expect(found.map((each) => each.replace(/^a\.tsx:\d+ /, ''))).toEqual([
    'model',
    'turn.model',
    'turn.effort',
    'turn.task',
    'model',
    'turn.task',
    'model',
  ])
  expect(
    findForeignFields(
      'b.ts',
      'export type B = { readonly a: string | null; b?: string; c: number; d: "x" | "y" }',
    ),
  ).toEqual(['a', 'b'])
})
