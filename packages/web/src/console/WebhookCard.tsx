import type { SettingsView } from '@firstline/app/api'
import { CopyButton } from './CopyButton.tsx'
import classes from './SettingsPage.module.css'

/** Where the engine reports to, and how one's own server knows that a request comes from here. */
export function WebhookCard({ settings }: { settings: SettingsView }) {
  const embedded = settings.engine === 'embedded'
  return (
    <aside className={classes['aside']} aria-label="About the connection">
      <section>
        <h2>Webhook URL</h2>
        <p>
          {embedded
            ? 'Messages, receipts and arrivals come back to Firstline at this address. The embedded engine knows it already: there is nothing to set.'
            : 'Set this as the post-action webhook URL of your Conversations service at Twilio, method POST. Messages, receipts and arrivals come back to Firstline through it.'}
        </p>
        <div className={classes['copyable']}>
          <code>{settings.webhookUrl}</code>
          <CopyButton text={settings.webhookUrl} what="the webhook URL" />
        </div>
      </section>
      <section>
        <h2>What your own server gets</h2>
        <p>
          A form-encoded <code>POST</code> with <code>Location</code> (what is asked), <code>Worker</code> (who asks)
          and the parameters of the question. It has 6 seconds to answer with JSON of at most 64 kB.
        </p>
        <p>
          Each request carries <code>X-Twilio-Signature</code>, made with{' '}
          {embedded ? 'the auth token that “firstline token” prints' : 'the auth token of your Twilio account'}. Your
          server should refuse requests whose signature is wrong.
        </p>
      </section>
      <section>
        <h2>Engine</h2>
        <p>
          {embedded
            ? 'Embedded, with a simulated carrier: no message leaves this machine. Reply as a customer with the handset.'
            : 'Twilio Conversations: messages reach real phones and cost money.'}
        </p>
      </section>
    </aside>
  )
}
