/** What to change of a filter: `undefined` takes a part away. */
export type Change<Filter> = { [Name in keyof Filter]?: Filter[Name] | undefined }

/** The filter with a change; what is `undefined` is not in it at all, so that it is not in the address either. */
export function changed<Filter extends object>(filter: Filter, change: Change<Filter>): Filter {
  const parts = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(parts) as Filter
}

/** The change that takes some parts away. */
export function removal<Filter>(parts: readonly (keyof Filter)[]): Change<Filter> {
  return Object.fromEntries(parts.map((part) => [part, undefined])) as Change<Filter>
}
