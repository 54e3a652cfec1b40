/** Compares what the app has written down with itself and with the engine, and brings it in line. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { checkAttempts, checkHolds, mendAttempts, mendHold } from './attempts.ts'
import { checkAgain, checkConversations, mendConversation } from './conversations.ts'
import type { Finding, OnProgress, Report } from './finding.ts'

/** What is under way beside a check is over after this. */
const secondLookAfterMs = 1_500

/**
 * Looks whether every attempt is definite, the app's copy of conversations and messages that of the engine, and nothing
 * left behind. It may be done while servers run: only what is still so at a second look counts. Nothing is changed.
 *
 * @param onProgress told again and again how far it is: with many conversations it takes minutes.
 * @throws EngineError when the engine cannot be asked.
 */
export async function check(ctx: Context, onProgress: OnProgress = () => {}): Promise<Report> {
  const { conversations, messages, findings } = await checkConversations(ctx, onProgress)
  const first = await withAttempts(ctx, findings)
  if (first.findings.length === 0) return { ...first, conversations, messages }
  await delay(secondLookAfterMs)
  const sids = new Set(findings.map(({ id }) => id))
  const second = await withAttempts(ctx, await checkAgain(ctx, [...sids], onProgress))
  const before = new Set(first.findings.map(nameOf))
  const still = second.findings.filter((finding) => before.has(nameOf(finding)))
  return { ...second, conversations, messages, findings: still }
}

/**
 * Mends what can be mended of what a check found; it is safe beside running servers. Check again to see what is left.
 *
 * @throws EngineError when the engine cannot be asked.
 */
export async function mend(ctx: Context, { findings }: Report, onProgress?: OnProgress): Promise<void> {
  await mendAttempts(ctx, findings)
  // Finishing attempts and taking them back changes the engine: other things may be wrong now, and others no longer.
  const { findings: left } = findings.some(isAttempt) ? await check(ctx, onProgress) : { findings }
  for (const finding of left) {
    if (finding.kind === 'hold') await mendHold(ctx, finding.id)
    else if (!isAttempt(finding)) await mendConversation(ctx, finding)
  }
}

async function withAttempts(
  ctx: Context,
  findings: Finding[],
): Promise<Pick<Report, 'attempts' | 'underWay' | 'findings'>> {
  const attempts = await checkAttempts(ctx)
  return {
    attempts: attempts.all,
    underWay: attempts.underWay,
    findings: [...attempts.findings, ...(await checkHolds(ctx)), ...findings],
  }
}

const nameOf = ({ kind, id }: Finding) => `${kind} ${id}`

const isAttempt = ({ kind }: Finding) => kind === 'attempt'
