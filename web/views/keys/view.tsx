import { Empty } from '../../ui/states.tsx'

export default function Keys() {
  return <Empty title="Keys">Not built yet.</Empty>
}
