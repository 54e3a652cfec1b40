import { useEffect, useState } from 'react'

type Format = (address: string) => string
let format: Format | undefined

/**
 * Formats addresses for the eye, as `formatAddress` does. What it needs to know of the world's numbers is a fifth of
 * the app, so it comes after the first screen; until then a number is shown as it is stored.
 */
export function useAddressFormat(): Format {
  const [, loaded] = useState(format !== undefined)
  useEffect(() => {
    if (format) return
    void import('./phone.ts').then(
      (phone) => {
        format = phone.formatAddress
        loaded(true)
      },
      // Without it the numbers are only less pretty.
      () => undefined,
    )
  }, [])
  return format ?? bare
}

function bare(address: string): string {
  return address.replace(/^whatsapp:/, '')
}
