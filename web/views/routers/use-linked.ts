import { useEffect, useRef } from 'preact/hooks'

/** Brings a card into view and gives its title the focus, once it is whole, if the address is a link to it: `#difference`. */
export function useLinked(hash: string, isWhole: boolean) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!isWhole || location.hash !== hash) return
    card.current?.scrollIntoView()
    card.current?.querySelector('h2')?.focus({ preventScroll: true })
  }, [isWhole])
  return card
}
