import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { MessageText } from './message-text.tsx'

type DoneBannerProps = {
  /** What was done. */
  readonly why: string
  /** What can be done about it, such as to take it back. */
  readonly children?: ComponentChildren
}

/** Says what was done, and is brought into view. */
export function DoneBanner({ why, children }: DoneBannerProps) {
  const banner = useRef<HTMLDivElement>(null)
  useEffect(() => {
    banner.current?.scrollIntoView({ block: 'nearest' })
    takeFocus(banner.current)
  }, [why])
  return (
    <div class="banner done" tabIndex={-1} ref={banner}>
      <p role="status">
        <MessageText text={why} />
      </p>
      {children}
    </div>
  )
}

/** The dialog that has made a change is closed, and with it went the focus, unless the person has moved it since. */
export function takeFocus(element: HTMLElement | null): void {
  if (element !== null && document.activeElement?.contains(element)) element.focus()
}
