/** How far something is that takes long, for the person at the terminal. */
export type ProgressLine = {
  show(text: string): void
  /** Takes the line away, before something is said or at the end. */
  clear(): void
}

const everyMs = 100
const emptyLine = '\r\u001b[K'

/** One line that is written over again and again. Where nobody watches, in a file or a pipe, nothing is written. */
export function showProgress(
  stream: { isTTY?: boolean; write(text: string): unknown },
  clock = () => performance.now(),
): ProgressLine {
  let shownAt = Number.NEGATIVE_INFINITY
  let isShown = false
  return {
    show(text) {
      if (!stream.isTTY || clock() - shownAt < everyMs) return
      shownAt = clock()
      isShown = true
      stream.write(emptyLine + text)
    },
    clear() {
      if (isShown) stream.write(emptyLine)
      isShown = false
      shownAt = Number.NEGATIVE_INFINITY
    },
  }
}
