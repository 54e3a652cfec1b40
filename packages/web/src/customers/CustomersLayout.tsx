export function CustomersLayout() {
  return null
}
