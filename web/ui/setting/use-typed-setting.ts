import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { formatExactSetting, formatSetting } from '../../../src/base/text/format/format-setting.ts'
import { useRest } from '../use-rest.ts'

type TypedSettingOptions = {
  /** Of the field. */
  readonly id: string
  readonly measure: 'threshold' | 'tolerance'
  readonly value: number
  /** Settings that must not read the same. */
  readonly others?: readonly number[]
  /** Is called with a number exactly as it is typed, when the typing rests or ends. */
  readonly onType: (value: number) => void
}

type TypedSetting = {
  readonly field: JSX.IntrinsicElements['input']
  /** What is wrong with what is typed, to be shown with the id `<id>-problem`. */
  readonly problem: string | null
}

/** A number field of a setting, which shows the setting rounded and leaves alone what is being typed. */
export function useTypedSetting(options: TypedSettingOptions): TypedSetting {
  const { id, measure, value, others, onType } = options
  const [text, setText] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const given = useRef(value)
  const rest = useRest()
  const forget = () => {
    rest.cancel()
    setText(null)
    setProblem(null)
  }
  useEffect(() => {
    if (value !== given.current) forget()
    given.current = value
  }, [value])
  const give = (typed: string) => {
    rest.cancel()
    const wrong = findProblem(typed, measure)
    setProblem(wrong)
    if (wrong !== null || Number(typed) === value) return
    given.current = Number(typed)
    onType(Number(typed))
  }
  const field = {
    id,
    type: 'number',
    step: 'any',
    min: 0,
    ...(measure === 'threshold' && { max: 1 }),
    value: text ?? formatSetting(value, others),
    title: formatExactSetting(value),
    'aria-invalid': problem !== null,
    ...(problem !== null && { 'aria-describedby': `${id}-problem` }),
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      const typed = currentTarget.value
      setText(typed)
      rest.after(() => give(typed))
    },
    onKeyDown: ({ key, currentTarget }: { key: string; currentTarget: HTMLInputElement }) => {
      if (key === 'Enter' && text !== null) give(currentTarget.value)
    },
    onBlur: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      if (text === null) return
      give(currentTarget.value)
      if (findProblem(currentTarget.value, measure) === null) setText(null)
    },
  } satisfies JSX.IntrinsicElements['input']
  return { field, problem }
}

/** What is wrong with a text that is to be a setting; null: nothing. */
function findProblem(text: string, measure: 'threshold' | 'tolerance'): string | null {
  const typed = text.trim() === '' ? Number.NaN : Number(text)
  if (typed >= 0 && (measure === 'tolerance' || typed <= 1)) return null
  const range = measure === 'threshold' ? 'from 0 to 1' : 'from 0 on'
  return text.trim() === '' ? `Type a number ${range}.` : `${text} is no ${measure}: type a number ${range}.`
}
