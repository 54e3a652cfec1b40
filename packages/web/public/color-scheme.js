// Loaded before anything is painted, so that a dark page never flashes white. A file of its own because the
// Content-Security-Policy allows no inline scripts.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('firstline-color-scheme')
  } catch {
    // Storage can be forbidden; the system's scheme is used then.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
