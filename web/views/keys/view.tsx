import type { KeysAnswer } from '../../../src/server/admin/api/keys/routes.ts'
import { useResource } from '../../api/use-resource.ts'
import { Loaded } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { KeyDetail } from './detail/key-detail.tsx'
import { KeyList } from './list/key-list.tsx'
import { NewKey } from './new-key.tsx'

/** The keys of clients; one of them, or the form of a new one (`/keys?new`). */
export default function Keys({ place, item }: ViewProps) {
  const keys = useResource<KeysAnswer>('/keys', 30_000)
  return (
    <Loaded resource={keys} what="The keys cannot be read">
      {(list) =>
        item !== null ? (
          <KeyDetail key={item} name={item} list={list} reread={keys.retry} readAgain={keys.readAgain} />
        ) : place.query.has('new') ? (
          <NewKey list={list} reread={keys.retry} />
        ) : (
          <KeyList list={list} readAgain={keys.readAgain} />
        )
      }
    </Loaded>
  )
}
