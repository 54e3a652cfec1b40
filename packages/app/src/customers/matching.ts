/** Letters that do not come apart into a base letter and an accent. */
const whole: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe', ı: 'i', '’': "'" }

/**
 * Whether every word of a query is in a name, whatever their case and accents.
 *
 * @example matchesName('Zoë Laurent', 'lau zoe') // true
 */
export function matchesName(name: string, query: string): boolean {
  const plainName = plain(name)
  return plain(query)
    .split(' ')
    .every((word) => plainName.includes(word))
}

/** Lower case, without accents and with single spaces. */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßøłđæœı’]/g, (letter) => whole[letter] ?? letter)
    .replace(/\s+/g, ' ')
    .trim()
}
