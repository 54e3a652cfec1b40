/** Finds a Chromium for the browser tests; run as a script, it gets one where none is: `node scripts/browser.ts`. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The path of a Chromium: Playwright's own, else the system's; `undefined` where there is none. */
export function findBrowser(): string | undefined {
  return [chromium.executablePath(), ...systemBrowsers].find((path) => existsSync(path))
}

/** How a Chromium can be had, in the order tried. */
const sources: [program: string, ...args: string[]][][] = [
  [['npx', 'playwright', 'install', '--with-deps', 'chromium']],
  [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', 'chromium'],
  ],
]

/** A download that stands still is given up after this many milliseconds. */
const tryForMs = 5 * 60_000

function getBrowser(): void {
  for (const commands of sources) {
    for (const [program, ...args] of commands) {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
      const { status } = spawnSync(program, args, { stdio: 'inherit', timeout: tryForMs, killSignal: 'SIGKILL', env })
      if (status !== 0) break
    }
    if (findBrowser()) return
  }
  console.error('No Chromium was found and none could be installed: install one, then run this again.')
  process.exit(1)
}

if (import.meta.main && !findBrowser()) getBrowser()
