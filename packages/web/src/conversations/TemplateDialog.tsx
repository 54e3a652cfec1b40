import { Modal } from '@mantine/core'
import { TemplateChoice } from './TemplateChoice.tsx'

type TemplateDialogProps = { sid: string; opened: boolean; onClose: () => void; all?: boolean }

export function TemplateDialog({ sid, opened, onClose, all = false }: TemplateDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Templates" size={520}>
      <TemplateChoice sid={sid} onSent={onClose} all={all} />
    </Modal>
  )
}
