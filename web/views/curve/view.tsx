import { Empty } from '../../ui/states.tsx'

export default function Curve() {
  return <Empty title="Curve">Not built yet.</Empty>
}
