/** Why figures come late. */
export function NotLive() {
  return (
    <p class="banner" role="status">
      Not live: the server cannot be reached, or as many pages follow its requests as it allows. That is tried
      again; until then this page reads every 30 seconds.
    </p>
  )
}
