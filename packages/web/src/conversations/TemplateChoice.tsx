import type { TemplateCategories } from '@firstline/app/api'
import { Button, Group } from '@mantine/core'
import { IconSend2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { asProblem } from '../api/client.ts'
import { Loading } from '../shared/Loading.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { sendMessage } from './outbox.ts'
import { templatesQuery } from './queries.ts'
import classes from './TemplateChoice.module.css'

type Template = TemplateCategories['categories'][number]['templates'][number]
type TemplateChoiceProps = {
  sid: string
  onSent?: () => void
  /** Also those that are not approved by WhatsApp: where free text may be sent anyway. */
  all?: boolean
  takesFocus?: boolean
}

/** The templates by category; choosing one shows it whole, and only then is it sent. */
export function TemplateChoice({ sid, onSent, all = false, takesFocus = false }: TemplateChoiceProps) {
  const { data, error, refetch } = useQuery(templatesQuery(sid))
  const [chosen, setChosen] = useState<Template>()
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (takesFocus && data) first.current?.focus()
  }, [takesFocus, data])

  if (error && !data) return <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
  if (!data) return <Loading what="templates" />
  const categories = data.categories
    .map((category) => ({ ...category, templates: category.templates.filter((one) => all || one.whatsAppApproved) }))
    .filter((category) => category.templates.length > 0)
  if (categories.length === 0) {
    return (
      <p className={classes['none']}>
        {all
          ? 'No templates are set up for this customer. Your administrator can set them up.'
          : 'No approved templates are set up for this customer, so nothing can be sent until they write. Your administrator can set them up.'}
      </p>
    )
  }
  if (chosen) {
    const { content, contentSid, contentVariables } = chosen
    const template = {
      content,
      ...(contentSid ? { contentSid } : {}),
      ...(contentVariables ? { contentVariables } : {}),
    }
    return (
      <div>
        <p className={classes['preview']} dir="auto">
          {content}
        </p>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setChosen(undefined)}>
            Choose another
          </Button>
          <Button
            data-autofocus
            autoFocus
            rightSection={<IconSend2 size={17} aria-hidden />}
            onClick={() => {
              sendMessage(sid, { template })
              setChosen(undefined)
              onSent?.()
            }}
          >
            Send
          </Button>
        </Group>
      </div>
    )
  }
  return (
    <div className={classes['categories']}>
      {categories.map((category, at) => (
        <section key={category.displayName}>
          <h2 className={classes['category']} dir="auto">
            {category.displayName}
          </h2>
          <ul className={classes['templates']}>
            {category.templates.map((template, of) => (
              <li key={template.content}>
                <button
                  type="button"
                  ref={at === 0 && of === 0 ? first : null}
                  className={classes['template']}
                  onClick={() => setChosen(template)}
                >
                  <span className={classes['excerpt']} dir="auto">
                    {template.content}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
