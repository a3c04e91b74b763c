/** Chooses how the rows of a frame are shown: as a table, as one with names on several lines, or a card for each (`row-table.css`). */
export type TableForm = {
  /** Chooses anew, beginning with the table. */
  choose(): void
  /** Keeps the form, unless the rows are too wide for it or the frame has become wide enough for an earlier one. */
  fit(): void
}

const cards = 2

/** A form that was left is not tried again to measure it: all rows would be laid out again, and the page would lose its place. */
export function createTableForm(frame: HTMLElement): TableForm {
  let form = 0
  /** The width that the rows needed when they were too wide for each form before the cards. */
  const needed = [0, 0]
  const set = (next: number) => {
    form = next
    frame.toggleAttribute('data-tight', form > 0)
    frame.toggleAttribute('data-cards', form === cards)
  }
  const narrow = () => {
    for (; form < cards && frame.scrollWidth > frame.clientWidth; set(form + 1))
      needed[form] = frame.scrollWidth
  }
  return {
    choose() {
      set(0)
      narrow()
    },
    fit() {
      const wider = needed.findIndex((width, index) => index < form && width <= frame.clientWidth)
      if (wider !== -1) set(wider)
      narrow()
    },
  }
}
