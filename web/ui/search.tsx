import { useState } from 'preact/hooks'

type SearchProps = {
  readonly label: string
  readonly placeholder: string
  /** What the address asks for. */
  readonly text: string
  /** Is called with Enter, and with an empty text when the field is emptied. */
  readonly onSearch: (text: string) => void
}

/** A field that searches a list; `/` focuses it. */
export function Search({ label, placeholder, text: asked, onSearch }: SearchProps) {
  const [text, setText] = useState(asked)
  const submit = (event: Event) => {
    event.preventDefault()
    onSearch(text.trim())
  }
  return (
    <form class="search" onSubmit={submit}>
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          if (event.currentTarget.value === '') onSearch('')
        }}
      />
    </form>
  )
}
