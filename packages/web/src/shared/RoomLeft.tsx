import classes from './RoomLeft.module.css'

/** Below a field, what `roomWords` says of the text in it; nothing while there is room. */
export function RoomLeft({ id, words, isOver }: { id: string; words: string | undefined; isOver: boolean }) {
  if (!words) return null
  return (
    <p id={id} className={classes['room']} data-over={isOver || undefined}>
      {words}
    </p>
  )
}
