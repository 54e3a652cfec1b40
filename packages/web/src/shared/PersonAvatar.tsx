import { useState } from 'react'
import classes from './PersonAvatar.module.css'
import { initialsOf, toneOf } from './people.ts'

/** A picture, or the initials on a tone that always is the same for a name. Decorative: the name stands beside it. */
export function PersonAvatar({ name, avatar, size = 40 }: { name: string; avatar?: string; size?: number }) {
  const [broken, setBroken] = useState<string>()
  const usable = avatar !== undefined && avatar !== broken && /^(https:|data:image\/)/i.test(avatar)
  return (
    <span
      className={classes['avatar']}
      data-tone={toneOf(name)}
      // As an attribute it is drawn, and is no text that a screen reader or a search on the page would find.
      {...(usable ? {} : { 'data-initials': initialsOf(name) })}
      style={{ width: size, height: size, fontSize: size * 0.38 }}
      aria-hidden
    >
      {usable && (
        <img
          src={avatar}
          alt=""
          width={size}
          height={size}
          loading="lazy"
          referrerPolicy="no-referrer"
          onError={() => setBroken(avatar)}
        />
      )}
    </span>
  )
}
