/** Countries whose authorities set numbers aside for stories and films. */
export type Region = 'us' | 'ca' | 'uk' | 'ie' | 'fr' | 'de' | 'se' | 'au'

/**
 * A sample customer: name, region, channels, and the lines of the notes. The channels, in order: `s` sms (`S` written
 * as people write numbers, `x` not usable), `w` whatsapp, `c` chat, `e` email, `p` phone, `v` voice.
 */
export type SampleRow = readonly [name: string, region: Region, channels: string, ...notes: string[]]

const australian = [
  ...['570006', '570110', '570156', '570157', '570158', '570159', '570313', '570737', '571266', '571491'],
  ...['571804', '572549', '572665', '572983', '573087', '573770', '574118', '574632', '575254', '575789'],
]

/**
 * The n-th number of a region (n below 80, in Australia below 20), from the ranges kept for fiction:
 * 555-01xx in North America, Ofcom's 07700 900, ComReg's 020 91, Arcep's 06 39 98, the Bundesnetzagentur's 0176 040690,
 * PTS's 070-1740605 to 99, ACMA's list of 0491 57.
 */
export const fictionalNumber: Record<Region, (n: number) => string> = {
  us: (n) => `+1${['206', '415', '312', '617', '512'][n % 5]}5550${100 + n}`,
  ca: (n) => `+1${['416', '604', '514'][n % 3]}5550${100 + n}`,
  uk: (n) => `+447700900${100 + n * 7}`,
  ie: (n) => `+35320915${String(101 + n * 17).padStart(4, '0')}`,
  fr: (n) => `+3363998${String(123 + n * 41).padStart(4, '0')}`,
  de: (n) => `+49176040690${String(10 + n).padStart(2, '0')}`,
  se: (n) => `+467017406${String(6 + n).padStart(2, '0')}`,
  au: (n) => `+61491${australian[n]}`,
}
