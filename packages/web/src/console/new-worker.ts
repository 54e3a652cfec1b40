export type NewWorkerProblems = { displayName?: string; email?: string; identity?: string }
type Typed = { displayName: string; email: string; identity: string }

/** What is wrong with what was typed, field by field, in the order of the form. The server has the last word. */
export function newWorkerProblems({ displayName, email, identity }: Typed): NewWorkerProblems {
  const problems: NewWorkerProblems = {}
  if (displayName.trim() === '') problems.displayName = 'Enter a name.'
  else if (displayName.trim().length > 200) problems.displayName = 'A name has at most 200 characters.'
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$|^[^\s@]+@localhost$/.test(email.trim())) {
    problems.email = 'Enter an e-mail address, for example ada@example.com.'
  }
  const given = identity.trim()
  if (given.length > 256) problems.identity = 'An identity has at most 256 characters.'
  else if (/^US[0-9a-f]{32}$/i.test(given) || ['system', 'private', 'unique'].includes(given)) {
    problems.identity = 'This is reserved. Choose another identity, or leave it empty.'
  }
  return problems
}
