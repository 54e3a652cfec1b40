import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

export type DatabaseKind = 'sqlite' | 'postgres'

/** Where a Firstline keeps its data, over all its restarts. */
export type Place = {
  /** The variables that name it. */
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  remove(): Promise<void>
}

/** A fresh place; with PostgreSQL a database of its own, by default on the server that `TEST_POSTGRES_URL` names. */
export async function makePlace(
  kind: DatabaseKind,
  server = process.env['TEST_POSTGRES_URL'] as string,
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-proof-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  const DATA_DIR = join(folder, 'data')
  if (kind === 'sqlite') return { environment: { DATA_DIR }, folder, remove: removeFolder }
  const name = `proof_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    environment: { DATA_DIR, DATABASE_URL: url.href, DATABASE_POOL_SIZE: '5' },
    folder,
    async remove() {
      await administer(server, `drop database if exists ${name} with (force)`)
      await removeFolder()
    },
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
