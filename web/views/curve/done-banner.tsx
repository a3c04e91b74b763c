import { ForeignText } from '../../ui/foreign-text.tsx'

export type Done = {
  /** What was done. */
  readonly why: string
  /** `CurvePolicy.state` before. */
  readonly before: string
}

type DoneBannerProps = Done & {
  /** Whether the page has what is served now. */
  readonly isRead: boolean
  readonly onUndo: () => void
}

/** Says what was put in service, and takes it back. */
export function DoneBanner({ why, isRead, onUndo }: DoneBannerProps) {
  return (
    <div class="banner done">
      <p role="status">
        <ForeignText text={why} most={600} />
      </p>
      {isRead && (
        <button type="button" ref={focusOn} onClick={onUndo}>
          Undo
        </button>
      )}
    </div>
  )
}

/** The dialog that has made the change is closed, and with it went the focus, unless the person has moved it since. */
function focusOn(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus()
}
