import type { CustomerDetails } from '@firstline/app/api'
import { IconExternalLink, IconMail } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { PageHeader } from '../shared/PageHeader.tsx'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import { ChannelRow } from './ChannelRow.tsx'
import { CustomerConversation } from './CustomerConversation.tsx'
import classes from './CustomerPage.module.css'

/** Who the customer is, how they can be reached, and what there is already. */
export function CustomerView({ data, back }: { data: CustomerDetails; back: ReactNode }) {
  const { customer, conversations } = data
  const { displayName, avatar, channels, links, details } = customer
  return (
    <div className={classes['page']}>
      <div className={classes['bar']}>{back}</div>
      <div className={classes['body']}>
        <div className={classes['who']}>
          <PersonAvatar name={displayName} {...(avatar ? { avatar } : {})} size={84} />
          <div className={classes['heading']}>
            <PageHeader title={displayName} />
          </div>
        </div>

        <Section title="Channels">
          {channels.length === 0 ? (
            <p className={classes['none']}>
              Your company’s customer system lists no channel for this customer, so no conversation can be started.
            </p>
          ) : (
            <ul className={classes['rows']}>
              {channels.map((channel) => (
                <ChannelRow key={`${channel.type} ${channel.value}`} customer={customer} channel={channel} />
              ))}
            </ul>
          )}
        </Section>

        {conversations.length > 0 && (
          <Section title="Your conversations">
            <ul className={classes['rows']}>
              {conversations.map((conversation) => (
                <CustomerConversation key={conversation.sid} conversation={conversation} />
              ))}
            </ul>
          </Section>
        )}

        {details && (
          <Section title={details.title || 'Details'}>
            <p className={classes['details']} dir="auto">
              {details.content}
            </p>
          </Section>
        )}

        {links.length > 0 && (
          <Section title="Links">
            <ul className={classes['rows']}>
              {links.map(({ displayName: label, type, href, text }) => (
                <li key={`${type} ${text}`} className={classes['row']}>
                  <span className={classes['rowText']}>
                    {href ? (
                      <a href={href} target="_blank" rel="noopener noreferrer" className={classes['link']} dir="auto">
                        {label || text}
                        {href.startsWith('mailto:') ? (
                          <IconMail size={15} aria-hidden />
                        ) : (
                          <IconExternalLink size={15} aria-hidden />
                        )}
                        <span className={classes['hidden']}> (opens in a new window)</span>
                      </a>
                    ) : (
                      <span dir="auto">{label || text}</span>
                    )}
                    <span className={classes['rowDetail']}>
                      {[type, text.replace(/^mailto:/, '')].filter(Boolean).join(' · ')}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </Section>
        )}
      </div>
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes['section']}>
      <h2 dir="auto">{title}</h2>
      {children}
    </section>
  )
}
