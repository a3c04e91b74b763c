import { Empty } from '../../ui/states.tsx'

export default function Sessions() {
  return <Empty title="Sessions">Not built yet.</Empty>
}
