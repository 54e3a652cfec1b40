import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../api/session.ts'

/** The code of a failure in brackets, for administrators; nothing for anybody else. */
export function ProblemCode({ code }: { code: number }) {
  const { data: me } = useQuery({ ...meQuery, enabled: false })
  return me?.role === 'administrator' && code ? <span>({code})</span> : null
}
