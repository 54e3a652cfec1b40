import { cookieOf, type Session, sessionAt } from './session.ts'

/** Has an administrator invite a worker, whose identity is the address, and accepts. @throws when that is refused. */
export async function addWorker(url: string, admin: Session, email: string): Promise<Session> {
  const worker = { email, displayName: email.split('@')[0], role: 'worker' }
  const invited = await admin.request('POST', '/api/console/workers', worker)
  if (!invited.ok) throw new Error(`${email}: ${invited.status} ${await invited.text()}`)
  const { invitationUrl } = (await invited.json()) as { invitationUrl: string }
  const acceptance = { token: new URL(invitationUrl).hash.slice(1), password: 'a long enough password' }
  const accepted = await admin.request('POST', '/api/invitations/accept', acceptance)
  if (!accepted.ok) throw new Error(`${email}: ${accepted.status} ${await accepted.text()}`)
  return sessionAt(url, cookieOf(accepted))
}
