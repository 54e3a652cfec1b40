import { amirasCustomers } from './amira.ts'
import { jonasCustomers } from './jonas.ts'
import { drawPortrait } from './portrait.ts'
import { fictionalNumber, type Region, type SampleRow } from './row.ts'
import { unassignedCustomers } from './unassigned.ts'

/** The two workers to whom sample customers belong. */
export const sampleWorkers = [
  { identity: 'amira.haddad@harbourpine.example', displayName: 'Amira Haddad' },
  { identity: 'jonas.lind@harbourpine.example', displayName: 'Jonas Lind' },
] as const

export type SampleCustomer = {
  readonly id: string
  /** Which of the workers, or `undefined` for nobody's. */
  readonly owner: 0 | 1 | undefined
  readonly displayName: string
  readonly avatar: string | undefined
  readonly channels: readonly { type: string; value: string }[]
  readonly links: readonly { type: string; value: string; display_name: string }[]
  readonly details: { title: string; content: string } | undefined
}

/** The customers of "Harbour & Pine", a home furnisher that does not exist, with numbers that nobody has. */
export function sampleCustomers(): SampleCustomer[] {
  const used: Partial<Record<Region, number>> = {}
  const owned = [
    ...amirasCustomers.map((row) => ({ row, owner: 0 as const })),
    ...jonasCustomers.map((row) => ({ row, owner: 1 as const })),
    ...unassignedCustomers.map((row) => ({ row, owner: undefined })),
  ]
  return owned.map(({ row, owner }, index) => {
    const [displayName, region, kinds, ...notes] = row
    const n = used[region] ?? 0
    used[region] = n + 1
    // Some have no picture, so that their initials are shown.
    const avatar = index % 4 === 2 || kinds === '' || kinds === 'x' ? undefined : drawPortrait(index)
    return {
      id: String(1001 + index),
      owner,
      displayName,
      avatar,
      channels: [...kinds].map((kind) => channelOf(kind, displayName, fictionalNumber[region](n))),
      links: linksOf(row, index),
      details: index % 9 === 6 ? undefined : { title: 'Notes', content: notes.join('\n') },
    }
  })
}

function channelOf(kind: string, name: string, number: string): { type: string; value: string } {
  switch (kind) {
    case 's':
      return { type: 'sms', value: number }
    case 'S':
      return { type: 'sms', value: asWritten(number) }
    case 'x':
      return { type: 'sms', value: 'ask at the desk' }
    case 'w':
      return { type: 'whatsapp', value: `whatsapp:${number}` }
    case 'c':
      return { type: 'chat', value: `web:${handleOf(name)}` }
    case 'e':
      return { type: 'email', value: `${handleOf(name)}@example.com` }
    default:
      return { type: kind === 'p' ? 'phone' : 'voice', value: number }
  }
}

/** `+1 (206) 555-0114` in North America, `+46 701 740 615` elsewhere. */
function asWritten(number: string): string {
  return number
    .replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 ($1) $2-$3')
    .replace(/^(\+\d\d)(\d{3})(\d{3})(\d+)$/, '$1 $2 $3 $4')
}

function linksOf([name, , kinds, ...notes]: SampleRow, index: number): SampleCustomer['links'] {
  const order = /HP-\d{5}/.exec(notes.join(' '))?.[0]
  const links = []
  if (order)
    links.push({ type: 'Order', value: `https://www.example.com/orders/${order}`, display_name: `Order ${order}` })
  if (kinds.includes('e') || index % 5 === 0) {
    links.push({
      type: 'Email',
      value: `mailto:${handleOf(name)}@example.com`,
      display_name: `Write to ${firstNameOf(name)}`,
    })
  }
  if (index % 7 === 3) {
    links.push({ type: 'Profile', value: `https://www.example.com/people/${handleOf(name)}`, display_name: 'Profile' })
  }
  return links
}

function handleOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/[^\p{ASCII}]/gu, '')
  return ascii.toLowerCase().replace(/[^a-z]+/g, '.')
}

/** The name by which templates and links speak of a person. */
export function firstNameOf(displayName: string): string {
  return displayName.split(/[\s,]/)[0] ?? displayName
}
