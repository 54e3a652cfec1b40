/**
 * Where to go after signing in. Only an address within the app is taken: a link that somebody sends must not lead
 * out of it.
 */
export function placeToGo(to: string | undefined): string {
  if (!to?.startsWith('/') || /^\/[/\\]/.test(to)) return '/conversations'
  if (to.startsWith('/sign-in') || to.startsWith('/welcome')) return '/conversations'
  return to
}
