/** Something that is not as it should be. */
export type Finding = {
  readonly kind: Kind
  /** An attempt's id for `attempt` and `hold`, else a conversation's SID. */
  readonly id: string
  /** What is wrong, as an end of a sentence. */
  readonly detail: string
  /** What mending does. `undefined`: a person has to decide. */
  readonly remedy: string | undefined
}

/**
 * `attempt`: it has no end, and nobody has it in hand. `hold`: a chat customer is held for a start that is over.
 * `orphan`: a start left a conversation behind. `unknown`: the app does not have a conversation of the engine's.
 * `gone`: the engine does not have one of the app's. `different`: both have it, and it is not the same.
 */
export type Kind = 'attempt' | 'hold' | 'orphan' | 'unknown' | 'gone' | 'different'

export type Report = {
  /** How many of each were looked at. */
  readonly attempts: number
  readonly conversations: number
  readonly messages: number
  /** Attempts that somebody has in hand, or will look at again. */
  readonly underWay: number
  readonly findings: readonly Finding[]
}

/** What a check is at, and how many of all conversations of that it has behind it. */
export type Progress = {
  readonly doing: 'listing' | 'comparing' | 'looking again'
  readonly done: number
  readonly all: number
}

export type OnProgress = (progress: Progress) => void
