/** Waiting for the disk beside the event loop, once for everybody who has committed meanwhile. */

/** Knows how much has been committed, and how much of it a power failure would leave. */
export type Keeping = {
  /** Something has been committed. */
  committed(): void
  /**
   * Waits until everything committed so far is on the disk.
   *
   * @throws the disk's error; after one, always: what it was given then may be lost.
   */
  kept(): Promise<void>
  /** Waits for what is under way, however it ends. */
  end(): Promise<void>
}

/**
 * @param sync puts everything that was written before the call on the disk.
 * @example
 * const keeping = createKeeping(() => handle.datasync())
 * keeping.committed()
 * await keeping.kept()
 */
export function createKeeping(sync: () => Promise<void>): Keeping {
  let commits = 0
  let keptCommits = 0
  let underWay: Promise<void> | undefined

  async function keep(): Promise<void> {
    const upTo = commits
    await sync()
    keptCommits = upTo
    underWay = undefined
  }

  return {
    committed() {
      commits++
    },
    async kept() {
      const mine = commits
      while (keptCommits < mine) {
        underWay ??= keep()
        await underWay
      }
    },
    async end() {
      await underWay?.catch(() => {})
    },
  }
}
