let navigations = 0

/** Told by the router of each change of the address within the app, before its screen is drawn. */
export function countNavigation(): void {
  navigations++
}

/** `false` on the page that was loaded first: there the browser's own focus stays where it is. */
export function arrivedByNavigation(): boolean {
  return navigations > 0
}
