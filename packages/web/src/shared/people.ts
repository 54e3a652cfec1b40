/** One or two letters for a name, whatever script it is in. A name without letters gives its first character. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word && firstLetter(word))
  return letters.join('').toLocaleUpperCase() || [...name.trim()][0] || '?'
}

/** Which of the seven tones a name is shown on. */
export function toneOf(name: string): number {
  let sum = 7
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003
  return sum % 7
}

function firstLetter(word: string): string {
  return word.match(/[\p{L}\p{N}]/u)?.[0] ?? ''
}
