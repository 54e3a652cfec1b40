import { Button, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

/** Copies a text and says so. `what` names it for those who hear the button: "Copy the webhook URL". */
export function CopyButton({ text, what, label = 'Copy' }: { text: string; what: string; label?: string }) {
  const [result, setResult] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (!result) return
    const timer = setTimeout(() => setResult(undefined), 2_500)
    return () => clearTimeout(timer)
  }, [result])
  return (
    <>
      <Button
        variant="default"
        size="xs"
        aria-label={`${label} ${what}`}
        leftSection={result === 'copied' ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
        onClick={() => void copyText(text).then((done) => setResult(done ? 'copied' : 'failed'))}
        style={{ flex: 'none' }}
      >
        {result === 'copied' ? 'Copied' : result === 'failed' ? 'Select and copy it' : label}
      </Button>
      <VisuallyHidden role="status">
        {result === 'copied' ? `Copied ${what}.` : result === 'failed' ? 'The browser did not allow copying.' : ''}
      </VisuallyHidden>
    </>
  )
}
