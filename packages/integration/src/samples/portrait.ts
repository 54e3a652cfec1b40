/** A hue and how a portrait is drawn, from a number: the same one for the same person, without any network. */
const hairstyles = [
  'M21 36c-1-17 9-22 19-22s20 5 19 22c-4-8-9-10-19-10s-15 2-19 10z',
  'M19 52c-4-26 4-39 21-39s25 13 21 39c-3-3-4-16-6-22-10 1-18-1-21-6-4 5-9 6-10 8-2 5-2 16-5 20z',
  'M22 36c-1-14 7-20 18-20s19 6 18 20c-3-7-8-11-18-11s-15 4-18 11zM33 14a7 7 0 1 1 14 0 7 7 0 0 1-14 0z',
  'M20 38c-3-8 1-12 2-17 4-8 13-9 18-8 8-3 16 4 17 10 3 5 3 10 2 15-2-7-6-11-12-12-9 0-22 0-27 12z',
]
const hues = [8, 28, 44, 96, 152, 176, 200, 222, 258, 318]

/**
 * A small portrait in tints of one colour.
 *
 * @returns a `data:image/svg+xml` URL of less than 1 kB.
 */
export function drawPortrait(n: number): string {
  const hue = hues[(n * 7) % hues.length]
  const tint = (saturation: number, lightness: number) => `hsl(${hue} ${saturation}% ${lightness}%)`
  const hair = hairstyles[(n * 3 + (n >> 2)) % hairstyles.length]
  const svg = [
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 80'><path fill='${tint(45, 84)}' d='M0 0h80v80H0z'/>`,
    `<path fill='${tint(38, 42)}' d='M10 80c1-18 14-24 30-24s29 6 30 24z'/>`,
    `<path fill='${tint(40, 68)}' d='M33 46h14v13q-7 6-14 0z'/>`,
    `<ellipse cx='40' cy='37' rx='16' ry='18' fill='${tint(48, 75)}'/><path fill='${tint(36, 26)}' d='${hair}'/></svg>`,
  ].join('')
  return `data:image/svg+xml,${svg.replace(/[<>#%]/g, encodeURIComponent)}`
}
