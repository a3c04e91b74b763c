/**
 * An id for a tool call that its server gave none (Ollama's older versions, some of Gemini's). The same for a stream and
 * for a whole reply.
 *
 * @param position of the call in its reply, from 0.
 */
export function makeCallId(replyId: string, position: number): string {
  return `call_${replyId.replace(/[^a-zA-Z0-9_-]/g, '')}_${position}`
}
