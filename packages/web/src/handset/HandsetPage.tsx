import { IconDeviceMobileOff } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMe } from '../api/session.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import classes from './HandsetPage.module.css'
import { useHandsetRefresh } from './handset-data.ts'
import { PhoneList } from './PhoneList.tsx'
import { PhoneScreen } from './PhoneScreen.tsx'

/** A simulated customer's phone: the other end of a conversation, to be opened beside the app. */
export function HandsetPage() {
  const me = useMe()
  const { phone, thread } = useSearch({ from: '/signed-in/handset' })
  const navigate = useNavigate({ from: '/handset' })
  useHandsetRefresh()
  if (me.role !== 'administrator' || me.engine !== 'embedded') return <NoHandset />
  return (
    <main className={classes['handset']} data-phone-chosen={phone !== undefined || undefined}>
      <title>{phone ? 'Handset · Firstline' : 'Choose a phone · Handset · Firstline'}</title>
      <h1 className={classes['forEars']}>Handset</h1>
      <section className={classes['phones']} aria-label="Simulated phones">
        <PhoneList chosen={phone} onChoose={(address) => void navigate({ search: { phone: address } })} />
      </section>
      <div className={classes['table']}>
        <div className={classes['frame']}>
          {phone === undefined ? (
            <div className={classes['screen']}>
              <EmptyState title="No phone chosen">
                Choose a customer’s phone on the left to see its messages.
              </EmptyState>
            </div>
          ) : (
            <PhoneScreen
              key={phone}
              address={phone}
              threadKey={thread}
              onThread={(key) => void navigate({ search: { phone, ...(key === undefined ? {} : { thread: key }) } })}
              onPhones={() => void navigate({ search: {} })}
            />
          )}
        </div>
        <p className={classes['caption']}>A simulated phone. Nothing leaves this machine.</p>
      </div>
    </main>
  )
}

function NoHandset() {
  const me = useMe()
  return (
    <main className={classes['none']}>
      <h1 className={classes['forEars']}>Handset</h1>
      <EmptyState icon={<IconDeviceMobileOff />} title="There is no handset here">
        {me.engine === 'twilio'
          ? 'Firstline sends through Twilio: messages reach real phones, so there is nothing to simulate.'
          : 'The handset shows every customer’s phone, so only administrators can use it.'}
      </EmptyState>
    </main>
  )
}
