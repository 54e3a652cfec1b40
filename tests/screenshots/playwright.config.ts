import { defineConfig } from '@playwright/test'
import configuration from '../../playwright.config.ts'

const { projects: _projects, globalSetup: _globalSetup, ...common } = configuration

/** Takes the pictures of the README from the running app: `npm run screenshots`. */
export default defineConfig({ ...common, testDir: '.' })
