import { useId, useLayoutEffect, useRef } from 'preact/hooks'

type CheckedFieldProps = {
  readonly title: string
  readonly hint: string
  /** What is wrong with the value; null: nothing. The form is not sent while there is something. */
  readonly problem: string | null
  readonly value: string
  readonly placeholder: string
  readonly inputMode?: 'decimal'
  readonly isRequired?: boolean
  /** Whether the field is in focus as soon as it is shown. */
  readonly isFocused?: boolean
  set(value: string): void
}

/** A field of text that says what is wrong with it while one types. */
export function CheckedField(props: CheckedFieldProps) {
  const { title, hint, problem, value, placeholder, inputMode, isRequired, isFocused, set } = props
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  // The browser then sends no form, and puts the focus on the field.
  useLayoutEffect(() => input.current?.setCustomValidity(problem ?? ''), [problem])
  useLayoutEffect(() => {
    if (isFocused === true) input.current?.focus()
  }, [])
  return (
    <div class="field">
      <label for={id}>
        {title} <span class="quiet small">{hint}</span>
      </label>
      <input
        ref={input}
        id={id}
        required={isRequired === true}
        {...(inputMode !== undefined && { inputMode })}
        autocomplete="off"
        placeholder={placeholder}
        value={value}
        aria-invalid={problem !== null}
        {...(problem !== null && { 'aria-describedby': `${id}-problem` })}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <p id={`${id}-problem`} class="small bad" role="status">
        {problem}
      </p>
    </div>
  )
}
