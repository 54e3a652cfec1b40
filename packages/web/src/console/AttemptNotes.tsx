import type { AttemptDetails } from '@firstline/app/api'
import classes from './AttemptPage.module.css'
import { momentOf } from './moment.ts'
import { noteWords } from './note-words.ts'

/** What the undoing and the sweeper did, and when. */
export function AttemptNotes({ notes }: Pick<AttemptDetails, 'notes'>) {
  return (
    <section aria-labelledby="notes">
      <h2 id="notes">What was done afterwards</h2>
      <ol className={classes['notes']}>
        {notes.map((note) => (
          <li key={`${note.at} ${note.text}`}>
            <time dateTime={note.at}>{momentOf(note.at)}</time>
            <span>{noteWords(note.text)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
