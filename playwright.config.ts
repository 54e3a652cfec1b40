import { defineConfig } from '@playwright/test'
import { findBrowser } from './scripts/browser.ts'
import type { Options } from './tests/e2e/app.ts'

export default defineConfig<object, Options>({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/postgres.ts',
  projects: [
    { name: 'sqlite', use: { database: 'sqlite' } },
    // What is worked out in the browser is the same on both: here it is what goes to the database and back.
    {
      name: 'postgres',
      use: { database: 'postgres' },
      testMatch: ['main-job.spec.ts', 'channels.spec.ts', 'console.spec.ts', 'failing.spec.ts'],
    },
  ],
  // Two cores: a server, a browser and its renderer are busy enough with one test.
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] === 'true',
  reporter: [['list']],
  use: {
    viewport: { width: 390, height: 844 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(findBrowser() && { executablePath: findBrowser() as string }),
      // Chromium refuses its sandbox to root.
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-quic',
      ],
    },
  },
})
