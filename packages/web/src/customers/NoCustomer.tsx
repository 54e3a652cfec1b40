export function NoCustomer() {
  return null
}
