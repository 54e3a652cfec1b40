/**
 * Attributes as the engine takes them: JSON within its limit. What is dispensable is left out when there is no room,
 * such as a picture that is written out in its own URL.
 */
export function attributesWithin(
  maxBytes: number,
  needed: Record<string, string>,
  dispensable: Record<string, string | undefined>,
): string {
  const all = JSON.stringify({ ...needed, ...dispensable })
  return Buffer.byteLength(all) <= maxBytes ? all : JSON.stringify(needed)
}
