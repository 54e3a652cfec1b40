/** A name that is held in this process, for as long as the work under it takes. */
export type Hold = {
  /** `false` once it was lost with the connection: then nothing more may be done under it. */
  isHeld(): boolean
  release(): Promise<void>
}

/** Takes a name against everybody else on this database. @returns `undefined` when another has it. */
export type TakeHold = (name: string) => Promise<Hold | undefined>

/**
 * One holder of each name in this process.
 *
 * @param take the same against other processes; absent where there are none.
 */
export function holdsInProcess(take?: TakeHold): TakeHold {
  const names = new Set<string>()
  return async (name) => {
    if (names.has(name)) return undefined
    names.add(name)
    try {
      const outside = take ? await take(name) : alone
      if (!outside) names.delete(name)
      return (
        outside && {
          isHeld: outside.isHeld,
          release: () => outside.release().finally(() => names.delete(name)),
        }
      )
    } catch (error) {
      names.delete(name)
      throw error
    }
  }
}

const alone: Hold = { isHeld: () => true, release: async () => {} }
