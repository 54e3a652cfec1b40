export type CustomerTables = {
  customer_walk: CustomerWalkRow
}

/** A worker's way through the pages of the CRM's list, so that no row is shown twice and every list ends. */
export type CustomerWalkRow = {
  id: string
  worker: string
  query: string
  /** JSON: how far each page has got. */
  stops: string
  walked_at: number
}
