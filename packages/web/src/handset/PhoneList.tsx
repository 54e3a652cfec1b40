import { Button, TextInput } from '@mantine/core'
import { IconDeviceMobile, IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { asProblem } from '../api/client.ts'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { channelName, shortTime } from '../shared/format.ts'
import { Loading } from '../shared/Loading.tsx'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { formatAddress } from '../shared/phone.ts'
import { usePhones } from './handset-data.ts'
import classes from './PhoneList.module.css'
import { searchPhones } from './threads.ts'

/** The phones of customers with whom there is, or was, a conversation. */
export function PhoneList({ chosen, onChoose }: { chosen: string | undefined; onChoose: (address: string) => void }) {
  const phones = usePhones()
  const [typed, setTyped] = useState('')
  const found = searchPhones(phones.data ?? [], typed)
  return (
    <>
      <header className={classes['header']}>
        <h2>Whose phone?</h2>
        <p>Hold a customer’s phone and answer as they would.</p>
        {(phones.data?.length ?? 0) > 0 && (
          <TextInput
            type="search"
            aria-label="Search phones by name or number"
            placeholder="Name or number"
            leftSection={<IconSearch size={17} aria-hidden />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </header>
      {phones.data ? (
        phones.data.length === 0 ? (
          <EmptyState icon={<IconDeviceMobile />} title="No phone has rung yet">
            Start a conversation with a customer in the app; their phone then appears here at once.
            <br />
            <Button component={Link} to="/customers" variant="default">
              Go to My customers
            </Button>
          </EmptyState>
        ) : found.length === 0 ? (
          <EmptyState title="No such phone">
            No name or number holds “{typed.trim().slice(0, 60)}”. Try fewer letters.
          </EmptyState>
        ) : (
          <ul className={classes['list']}>
            {found.map((phone) => (
              <li key={phone.address}>
                <button
                  type="button"
                  className={classes['phone']}
                  aria-current={phone.address === chosen || undefined}
                  onClick={() => onChoose(phone.address)}
                >
                  <PersonAvatar name={phone.displayName} />
                  <span className={classes['words']}>
                    <span className={classes['name']}>
                      <bdi>{phone.displayName}</bdi>
                      <time dateTime={phone.lastActivityAt}>{shortTime(phone.lastActivityAt)}</time>
                    </span>
                    <span className={classes['address']}>
                      <ChannelIcon channel={phone.channel} size={15} />
                      <span className={classes['forEars']}>{channelName(phone.channel)}, </span>
                      <span>{formatAddress(phone.address)}</span>
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )
      ) : phones.error ? (
        <div className={classes['problem']}>
          <ProblemNotice problem={asProblem(phones.error)} onRetry={() => void phones.refetch()} />
        </div>
      ) : (
        <Loading what="phones" />
      )}
    </>
  )
}
