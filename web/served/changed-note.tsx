import { MessageText } from '../ui/message-text.tsx'

/** In a dialog whose change was refused: what is in service now, on which the dialog is based from here on. */
export function ChangedNote({ change }: { change: string }) {
  return (
    <div class="banner" role="alert">
      <p>
        Nothing was changed, because somebody else was faster: <MessageText text={change} /> What you see is
        based on that now.
      </p>
    </div>
  )
}
