/** Compares what the app has written down with itself and with the engine, and brings it in line. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { checkAttempts, checkHolds, mendAttempts, mendHold } from './attempts.ts'
import { checkConversations, mendConversation } from './conversations.ts'
import type { Finding, Report } from './finding.ts'

/** What is under way beside a check is over after this. */
const secondLookAfterMs = 1_500

/**
 * Looks whether every attempt is definite, the app's copy of conversations and messages that of the engine, and nothing
 * left behind. It may be done while servers run: only what is still so at a second look counts. Nothing is changed.
 *
 * @throws EngineError when the engine cannot be asked.
 */
export async function check(ctx: Context): Promise<Report> {
  const first = await look(ctx)
  if (first.findings.length === 0) return first
  await delay(secondLookAfterMs)
  const second = await look(ctx)
  const before = new Set(first.findings.map(nameOf))
  return { ...second, findings: second.findings.filter((finding) => before.has(nameOf(finding))) }
}

/**
 * Mends what can be mended of what a check found; it is safe beside running servers. Check again to see what is left.
 *
 * @throws EngineError when the engine cannot be asked.
 */
export async function mend(ctx: Context, { findings }: Report): Promise<void> {
  await mendAttempts(ctx, findings)
  // Finishing attempts and taking them back changes the engine: other things may be wrong now, and others no longer.
  const { findings: left } = findings.some(isAttempt) ? await check(ctx) : { findings }
  for (const finding of left) {
    if (finding.kind === 'hold') await mendHold(ctx, finding.id)
    else if (!isAttempt(finding)) await mendConversation(ctx, finding)
  }
}

async function look(ctx: Context): Promise<Report> {
  const { conversations, messages, findings } = await checkConversations(ctx)
  const attempts = await checkAttempts(ctx)
  return {
    attempts: attempts.all,
    underWay: attempts.underWay,
    conversations,
    messages,
    findings: [...attempts.findings, ...(await checkHolds(ctx)), ...findings],
  }
}

const nameOf = ({ kind, id }: Finding) => `${kind} ${id}`

const isAttempt = ({ kind }: Finding) => kind === 'attempt'
