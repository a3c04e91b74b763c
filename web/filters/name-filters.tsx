import type { NamesAnswer } from '../../src/server/admin/api/overview.ts'
import { useResource } from '../api/use-resource.ts'
import { changeQuery, type Place } from '../app/location.ts'
import { escapeInvisible } from '../ui/escape-invisible.ts'
import type { Range } from './range.ts'

/** A parameter of the query, and where its names are. */
const filters = [
  { name: 'model', title: 'Model', names: 'models' },
  { name: 'policy', title: 'Policy', names: 'policies' },
  { name: 'task', title: 'Kind of work', names: 'tasks' },
  { name: 'key', title: 'Key', names: 'keys' },
  { name: 'tag', title: 'Tag', names: 'tags' },
] as const
export type FilterName = (typeof filters)[number]['name']

type NameFiltersProps = {
  readonly place: Place
  readonly range: Range
  readonly shown: readonly FilterName[]
}

/** A choice for each name that the requests of the time have. */
export function NameFilters({ place, range, shown }: NameFiltersProps) {
  const { data } = useResource<NamesAnswer>(`/names?from=${range.from}&to=${range.to}`)
  return (
    <>
      {filters
        .filter(({ name }) => shown.includes(name))
        .map(({ name, title, names }) => (
          <NameFilter key={name} name={name} title={title} names={data?.[names] ?? []} place={place} />
        ))}
    </>
  )
}

type NameFilterProps = {
  readonly name: FilterName
  readonly title: string
  readonly names: readonly string[]
  readonly place: Place
}

function NameFilter({ name, title, names, place }: NameFilterProps) {
  const chosen = place.query.get(name)
  const all = chosen === null || names.includes(decodeName(chosen)) ? names : [decodeName(chosen), ...names]
  if (all.length === 0 || (all.length === 1 && all[0] === '')) return null
  return (
    <select
      aria-label={title}
      value={chosen ?? ''}
      onChange={(event) => changeQuery({ [name]: event.currentTarget.value })}
    >
      <option value="">{title}: all</option>
      {all.map((each) => (
        <option key={each} value={encodeName(each)}>
          {each === '' ? `without ${title.toLowerCase()}` : escapeInvisible(each)}
        </option>
      ))}
    </select>
  )
}

/** In the query of the page an absent name is `-`, because an empty parameter is no filter. */
function encodeName(name: string): string {
  return name === '' ? '-' : name
}

function decodeName(value: string): string {
  return value === '-' ? '' : value
}

/** The parameters of the API for what the page's query filters by. */
export function readNameFilters(query: URLSearchParams, shown: readonly FilterName[]): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const name of shown) {
    const value = query.get(name)
    if (value !== null && value !== '') parameters.set(name, decodeName(value))
  }
  return parameters
}
