import type { Hono } from 'hono'
import { RestError } from '../errors.ts'
import type { Env } from './scope.ts'

/** Gives the paths that are there an answer for the methods that they do not have: 405 with 20004. */
export function refuseOtherMethods(routes: Hono<Env>): void {
  const paths = routes.routes.filter(({ method }) => method !== 'ALL').map(({ path }) => path)
  for (const path of new Set(paths)) {
    routes.all(path, () => {
      throw new RestError(20004)
    })
  }
}
