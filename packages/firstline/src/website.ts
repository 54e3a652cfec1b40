import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { compress } from 'hono/compress'

const built = fileURLToPath(new URL('../../web/dist', import.meta.url))

/** Whether the web assets are there: `npm ci` builds them. */
export function isWebsiteBuilt(): boolean {
  return existsSync(`${built}/index.html`)
}

/** The web app: hashed assets for a year, everything else its one page, which is always asked for anew. */
export function website(): Hono {
  const site = new Hono()
  site.use(compress())
  site.use(
    '/assets/*',
    serveStatic({ root: built, onFound: (_path, c) => c.header('cache-control', yearAndImmutable) }),
  )
  site.get('/assets/*', (c) => c.text('Not found', 404))
  site.use(serveStatic({ root: built, index: 'none', onFound: (_path, c) => c.header('cache-control', 'no-cache') }))
  site.get('*', async (c) => {
    c.header('cache-control', 'no-cache')
    return c.html(await readFile(`${built}/index.html`, 'utf8'))
  })
  return site
}

const yearAndImmutable = 'public, max-age=31536000, immutable'
