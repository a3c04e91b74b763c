/** What the marks of the lanes mean. */
export function LaneKey() {
  return (
    <p class="turn-key small quiet">
      <span>
        <svg width="12" height="12" class="series-0" aria-hidden="true">
          <rect class="turn" x="0.75" y="0.75" width="10.5" height="10.5" rx="2" />
          <rect class="bar" y="4" width="12" height="8" rx="2" />
        </svg>
        filled: part of the prompt from a warm cache
      </span>
      <span>
        <svg width="12" height="12" class="series-0" aria-hidden="true">
          <rect class="turn" x="0.75" y="0.75" width="10.5" height="10.5" rx="2" />
        </svg>
        empty: cold
      </span>
      <span>
        <svg width="12" height="12" class="series-0" aria-hidden="true">
          <rect class="turn short" x="0.75" y="0.75" width="10.5" height="10.5" rx="2" />
        </svg>
        too short for a cache
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <line class="switch-line" x1="6" x2="6" y2="12" />
        </svg>
        switch of the model
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <line class="idle-line" x1="6" x2="6" y2="12" />
        </svg>
        more than 5 minutes idle
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <circle class="held-mark" cx="6" cy="6" r="2" />
        </svg>
        the session overruled the router’s score
      </span>
    </p>
  )
}
