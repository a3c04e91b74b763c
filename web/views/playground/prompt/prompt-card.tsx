import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Conversation, emptyConversation, type Need, needNames, type Turn } from './conversation.ts'
import { CopyLink } from './copy-link.tsx'
import { TextField } from './text-field.tsx'

type PromptCardProps = {
  readonly conversation: Conversation
  readonly onChange: (next: Conversation) => void
  readonly needs: readonly Need[]
  readonly onNeeds: (next: readonly Need[]) => void
  /** How the models are asked. */
  readonly children: ComponentChildren
}

const needTitles: Readonly<Record<Need, string>> = {
  tools: 'tools',
  image: 'an image',
  schema: 'a JSON schema',
}

/** The system prompt, the turns, and what else the request needs of a model. */
export function PromptCard({ conversation, onChange, needs, onNeeds, children }: PromptCardProps) {
  const { system, turns } = conversation
  const last = useRef<HTMLTextAreaElement>(null)
  useEffect(() => last.current?.focus({ preventScroll: true }), [turns.length, turns.at(-1)?.text === ''])
  const setTurn = (index: number, text: string) =>
    onChange({ system, turns: turns.map((turn, each) => (each === index ? { ...turn, text } : turn)) })
  const addTurn = () =>
    onChange({
      system,
      turns: [...turns, { role: 'assistant', text: '' }, { role: 'user', text: '' }],
    })
  const isEmpty =
    conversation === emptyConversation || (system === '' && turns.every(({ text }) => text === ''))
  return (
    <section class="card prompt" aria-label="Prompt">
      <h2>
        <span>Prompt</span>
        <span class="controls">
          <CopyLink conversation={conversation} />
          {(!isEmpty || turns.length > 1) && (
            <button type="button" class="link" onClick={() => onChange(emptyConversation)}>
              Clear
            </button>
          )}
        </span>
      </h2>
      <details open={system !== ''}>
        <summary>System prompt{system === '' && <span class="quiet"> (none)</span>}</summary>
        <TextField
          label="System prompt"
          rows={2}
          text={system}
          onText={(text) => onChange({ system: text, turns })}
        />
      </details>
      {turns.map((turn, index) => (
        <div key={index} class="turn">
          {turns.length > 1 && <span class="quiet small">{describeTurn(turn, index)}</span>}
          <TextField
            label={describeTurn(turn, index)}
            {...(index === turns.length - 1 && { field: last })}
            rows={index === turns.length - 1 ? 6 : 2}
            placeholder={turn.role === 'user' ? 'What would you ask?' : 'What the model answered'}
            text={turn.text}
            onText={(text) => setTurn(index, text)}
          />
        </div>
      ))}
      <div class="controls">
        <button type="button" onClick={addTurn}>
          Add a turn
        </button>
        {turns.length > 1 && (
          <button type="button" onClick={() => onChange({ system, turns: turns.slice(0, -2) })}>
            Remove the last
          </button>
        )}
        <fieldset class="controls needs">
          <legend class="quiet small">The request also needs</legend>
          {needNames.map((need) => (
            <label key={need} class="check">
              <input
                type="checkbox"
                checked={needs.includes(need)}
                onChange={({ currentTarget: { checked } }) =>
                  onNeeds(needNames.filter((each) => (each === need ? checked : needs.includes(each))))
                }
              />{' '}
              {needTitles[need]}
            </label>
          ))}
        </fieldset>
      </div>
      {children}
    </section>
  )
}

function describeTurn({ role }: Turn, index: number): string {
  if (index === 0) return 'Prompt'
  return role === 'user' ? `Turn ${index / 2 + 1}` : `Answer to turn ${(index + 1) / 2}`
}
