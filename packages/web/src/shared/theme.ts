import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core'

/** The accent: a deep sea green. 7 carries white text at 5.9:1, 3 stands on the dark ground at 9:1. */
const line: MantineColorsTuple = [
  '#ecf7f4',
  '#d7eee7',
  '#afdccf',
  '#84cab8',
  '#59b59e',
  '#389d86',
  '#1c866f',
  '#0f7360',
  '#0a5c4d',
  '#06453a',
]
/** 6 is what dimmed text is set in: 5.7:1 on white. */
const gray: MantineColorsTuple = [
  '#f6f8f7',
  '#eef1f0',
  '#e3e8e6',
  '#d3dad7',
  '#b9c2bf',
  '#929d9a',
  '#5b6764',
  '#434d4b',
  '#2d3533',
  '#182020',
]
const dark: MantineColorsTuple = [
  '#e7ebe9',
  '#c7cecb',
  '#a3adaa',
  '#7b8683',
  '#3a4442',
  '#2d3634',
  '#222a28',
  '#171d1c',
  '#101514',
  '#0b0f0e',
]
const red: MantineColorsTuple = [
  '#fdf1ef',
  '#fae0dc',
  '#f3bfb8',
  '#eb9c92',
  '#e27b6e',
  '#d65f50',
  '#c7483a',
  '#b3382b',
  '#942d22',
  '#76241b',
]

export const colorSchemes = localStorageColorSchemeManager({ key: 'firstline-color-scheme' })

export const theme = createTheme({
  primaryColor: 'line',
  primaryShade: 7,
  colors: { line, gray, dark, red },
  black: '#182020',
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '14px', xl: '20px' },
  fontFamily:
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '14px', md: '15px', lg: '17px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.4', xl: '1.3' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.25' },
      h2: { fontSize: '17px', lineHeight: '1.3' },
      h3: { fontSize: '15px', lineHeight: '1.35' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 36 } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: { title: { fontSize: 17, fontWeight: 650 } },
    },
    // The placeholder that would take the first focus is no child that a menu may have.
    Menu: {
      defaultProps: {
        withInitialFocusPlaceholder: false,
        radius: 'md',
        shadow: 'md',
        transitionProps: { duration: 90 },
      },
    },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false } },
  },
})

/** Our own roles beside Mantine's. Use these instead of shades, and both themes come right by themselves. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-dimmed': gray[6],
    '--fl-ground': gray[0],
    '--fl-panel': '#ffffff',
    '--fl-raised': '#ffffff',
    '--fl-line': gray[2],
    '--fl-hover': gray[1],
    '--fl-selected': line[0],
    '--fl-accent': line[7],
    '--fl-accent-text': line[8],
    '--fl-own': line[7],
    '--fl-own-text': '#ffffff',
    '--fl-their': gray[1],
    '--fl-danger-text': red[7],
    '--fl-danger-ground': red[0],
    '--fl-danger-line': red[2],
    '--fl-warn-text': '#805300',
    '--fl-warn-ground': '#fdf5e3',
    '--fl-warn-line': '#f0dbab',
  },
  dark: {
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-error': '#f0a196',
    '--fl-ground': dark[8],
    '--fl-panel': dark[7],
    '--fl-raised': dark[6],
    '--fl-line': dark[5],
    '--fl-hover': dark[6],
    '--fl-selected': '#16312b',
    '--fl-accent': line[4],
    '--fl-accent-text': line[3],
    '--fl-own': '#0e5f50',
    '--fl-own-text': '#f2fbf8',
    '--fl-their': dark[6],
    '--fl-danger-text': '#f0a196',
    '--fl-danger-ground': '#331c19',
    '--fl-danger-line': '#5b2f29',
    '--fl-warn-text': '#e9c57e',
    '--fl-warn-ground': '#2e2616',
    '--fl-warn-line': '#55462a',
  },
})
