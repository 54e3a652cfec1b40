import { useIsAdministrator } from '../api/session.ts'

/** The code of a failure in brackets, for administrators; nothing for anybody else. */
export function ProblemCode({ code }: { code: number }) {
  const administrator = useIsAdministrator()
  return administrator && code ? <span>({code})</span> : null
}
