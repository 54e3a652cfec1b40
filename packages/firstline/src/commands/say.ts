/** What went wrong and what to do, in one line for the person at the terminal. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

/** Says a line to the person at the terminal. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
