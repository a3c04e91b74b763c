/** Whether a text looks like the id of a request: the gateway's own, or one of a provider. */
export function isRequestId(text: string): boolean {
  return /^(?:rllm-|chatcmpl-|msg_|resp_)/.test(text)
}
