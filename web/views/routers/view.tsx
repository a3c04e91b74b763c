import { Empty } from '../../ui/states.tsx'

export default function Routers() {
  return <Empty title="Routers">Not built yet.</Empty>
}
