const longest = 60

/** A name for the middle of a sentence: a very long one is cut. Never splits a character in two. */
export function shortName(name: string): string {
  const characters = [...name]
  return characters.length <= longest ? name : `${characters.slice(0, longest - 1).join('')}…`
}
