import {
  IconBrandWhatsapp,
  IconMail,
  IconMessageDots,
  IconMessages,
  IconPhone,
  IconPlugConnectedX,
} from '@tabler/icons-react'

const icons: Record<string, typeof IconPhone> = {
  sms: IconMessageDots,
  whatsapp: IconBrandWhatsapp,
  chat: IconMessages,
  email: IconMail,
  phone: IconPhone,
  voice: IconPhone,
}

/** The picture of a channel. Decorative: say `channelName` beside it. */
export function ChannelIcon({ channel, size = 16 }: { channel: string; size?: number }) {
  const Icon = icons[channel] ?? IconPlugConnectedX
  return <Icon size={size} stroke={1.8} aria-hidden style={{ flex: 'none' }} />
}
