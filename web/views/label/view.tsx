import { Empty } from '../../ui/states.tsx'

export default function Label() {
  return <Empty title="Label">Not built yet.</Empty>
}
