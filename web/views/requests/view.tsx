import type { ViewProps } from '../view.ts'
export default function View(_: ViewProps) {
  return <h1>Soon</h1>
}
