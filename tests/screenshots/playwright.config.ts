import { defineConfig } from '@playwright/test'
import configuration from '../../playwright.config.ts'

/** Takes the pictures of the README from the running app: `npm run screenshots`. */
export default defineConfig({ ...configuration, testDir: '.' })
