import { ActionIcon, Button, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

type CopyButtonProps = {
  text: string
  /** Names it for those who hear the button: "Copy the webhook URL". */
  what: string
  label?: string
  /** Only the icon, for the end of a line. */
  small?: boolean
}

/** Copies a text and says so. */
export function CopyButton({ text, what, label = 'Copy', small = false }: CopyButtonProps) {
  const [result, setResult] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (!result) return
    const timer = setTimeout(() => setResult(undefined), 2_500)
    return () => clearTimeout(timer)
  }, [result])
  const copy = () => void copyText(text).then((done) => setResult(done ? 'copied' : 'failed'))
  const Icon = result === 'copied' ? IconCheck : IconCopy
  return (
    <>
      {small ? (
        <ActionIcon size={26} aria-label={`${label} ${what}`} title={`${label} ${what}`} onClick={copy}>
          <Icon size={15} aria-hidden />
        </ActionIcon>
      ) : (
        <Button
          variant="default"
          size="xs"
          aria-label={`${label} ${what}`}
          leftSection={<Icon size={15} aria-hidden />}
          onClick={copy}
          style={{ flex: 'none' }}
        >
          {result === 'copied' ? 'Copied' : result === 'failed' ? 'Select and copy it' : label}
        </Button>
      )}
      <VisuallyHidden role="status">
        {result === 'copied' ? `Copied ${what}.` : result === 'failed' ? 'The browser did not allow copying.' : ''}
      </VisuallyHidden>
    </>
  )
}
