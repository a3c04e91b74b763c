import type { Effort } from '../../../../../routing/catalogue/model.ts'

/** What the models of one family take of a request. */
export type ModelFamily = {
  /** The values of `output_config.effort`; none: the family has no effort. */
  readonly efforts: readonly Effort[]
  /**
   * How it thinks: `adaptive`, by itself and by effort; `budget`, with a number of tokens; `both`; `never`.
   * `unknown`: a request says it as the client did.
   */
  readonly thinking: 'adaptive' | 'budget' | 'both' | 'never' | 'unknown'
  /** Whether it thinks if the request says nothing. */
  readonly thinksByDefault: boolean
  /** The `thinking.type` that turns thinking off; null if nothing does. */
  readonly thinkingOff: 'disabled' | 'between_tools' | null
  /** Whether it can be made to call a tool: always, only while it does not think, or never. */
  readonly forcedTools: 'always' | 'without-thinking' | 'never'
  /** Which of temperature, top_p and top_k it takes: all, a temperature or top_p but not both, or none. */
  readonly sampling: 'all' | 'one' | 'none'
  readonly structuredOutput: boolean
  /** Its longest reply, in tokens. */
  readonly maxOutputTokens: number
}

type Tier = 'opus' | 'sonnet' | 'haiku' | 'fable' | 'mythos'
type FamilyRow = {
  readonly tiers: readonly Tier[]
  /** The lowest version, as major × 100 + minor. The first row that fits counts, so newer ones come first. */
  readonly from: number
  readonly family: ModelFamily
}

const allEfforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const
const effortsOf46 = ['low', 'medium', 'high', 'max'] as const

const alwaysAdaptive: ModelFamily = {
  efforts: allEfforts,
  thinking: 'adaptive',
  thinksByDefault: true,
  thinkingOff: null,
  forcedTools: 'never',
  sampling: 'none',
  structuredOutput: true,
  maxOutputTokens: 128_000,
}
const claude5: ModelFamily = {
  ...alwaysAdaptive,
  thinkingOff: 'disabled',
  forcedTools: 'without-thinking',
}
const claude47: ModelFamily = { ...claude5, thinksByDefault: false }
const claude46: ModelFamily = { ...claude47, efforts: effortsOf46, thinking: 'both', sampling: 'one' }
const claude45: ModelFamily = {
  ...claude46,
  efforts: [],
  thinking: 'budget',
  maxOutputTokens: 64_000,
}
const claude4: ModelFamily = { ...claude45, sampling: 'all', structuredOutput: false }
const claude3: ModelFamily = { ...claude4, thinking: 'never', maxOutputTokens: 4096 }

/**
 * Sources, all of platform.claude.com/docs/en, November 2026: build-with-claude/thinking-troubleshooting (what thinks, and
 * what is rejected), build-with-claude/effort (levels), models/opus-5-5/whats-new-opus-5-5 and
 * models/sonnet-5-5/whats-new-sonnet-5-5 (forced tools, `between_tools`), about-claude/models/overview (longest replies),
 * build-with-claude/structured-outputs.
 */
const families: readonly FamilyRow[] = [
  { tiers: ['fable', 'mythos'], from: 500, family: alwaysAdaptive },
  { tiers: ['mythos'], from: 0, family: { ...alwaysAdaptive, efforts: effortsOf46, thinking: 'both' } }, // the preview
  { tiers: ['opus'], from: 505, family: alwaysAdaptive },
  {
    tiers: ['sonnet'],
    from: 505,
    family: { ...alwaysAdaptive, thinkingOff: 'between_tools' },
  },
  { tiers: ['opus', 'sonnet', 'haiku'], from: 500, family: claude5 },
  { tiers: ['opus', 'sonnet', 'haiku'], from: 407, family: claude47 },
  { tiers: ['opus', 'sonnet', 'haiku'], from: 406, family: claude46 },
  // Effort goes with a budget here: alone, it does not make the model think.
  { tiers: ['opus'], from: 405, family: { ...claude45, efforts: ['low', 'medium', 'high'] } },
  { tiers: ['sonnet', 'haiku'], from: 405, family: claude45 },
  { tiers: ['opus'], from: 401, family: { ...claude4, sampling: 'one', maxOutputTokens: 32_000 } },
  { tiers: ['opus'], from: 400, family: { ...claude4, maxOutputTokens: 32_000 } },
  { tiers: ['sonnet', 'haiku'], from: 400, family: claude4 },
  { tiers: ['sonnet'], from: 307, family: claude4 },
  { tiers: ['sonnet', 'haiku'], from: 305, family: { ...claude3, maxOutputTokens: 8192 } },
  { tiers: ['opus', 'sonnet', 'haiku'], from: 300, family: claude3 },
]

/** A model of another maker behind this protocol: a request is written as the client meant it. */
const unknownFamily: ModelFamily = {
  efforts: allEfforts,
  thinking: 'unknown',
  thinksByDefault: false,
  thinkingOff: 'disabled',
  forcedTools: 'always',
  sampling: 'all',
  structuredOutput: true,
  maxOutputTokens: 8192,
}

/**
 * `claude-opus-4-6`, `anthropic.claude-opus-4-6-v1`, `anthropic/claude-opus-4.6`. A version has one or two digits, so a
 * date (`claude-opus-4-20250514`) is none.
 */
const tierFirst = /\b(opus|sonnet|haiku|fable|mythos)(?:[-.@](\d{1,2})(?!\d))?(?:[-.](\d{1,2})(?!\d))?/i
/** `claude-3-5-sonnet-20241022`, `claude-4.7-opus`. */
const versionFirst = /claude-(\d{1,2})(?:[-.](\d{1,2}))?-(opus|sonnet|haiku|fable|mythos)\b/i

/** The family of a model by its name at the provider. */
export function findModelFamily(model: string): ModelFamily {
  const name = model.slice(0, 256)
  const early = versionFirst.exec(name)
  const late = early === null ? tierFirst.exec(name) : null
  const [tier, major, minor] =
    early === null ? [late?.[1], late?.[2], late?.[3]] : [early[3], early[1], early[2]]
  if (tier === undefined) return unknownFamily
  const version = 100 * Number(major ?? 0) + Number(minor ?? 0)
  const row = families.find(
    ({ tiers, from }) => version >= from && (tiers as readonly string[]).includes(tier.toLowerCase()),
  )
  return row?.family ?? unknownFamily
}
