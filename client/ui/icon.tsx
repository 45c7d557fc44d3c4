import sprite from './icons.svg?raw'

export type IconName =
  | 'bag'
  | 'heart'
  | 'heart-full'
  | 'more'
  | 'share'
  | 'close'
  | 'send'
  | 'sound-off'
  | 'sound'
  | 'mic'
  | 'camera'
  | 'flip'
  | 'bolt'
  | 'clock'
  | 'check'
  | 'alert'
  | 'info'
  | 'search'
  | 'plus'
  | 'minus'
  | 'right'
  | 'left'
  | 'down'
  | 'up'
  | 'trash'
  | 'mute'
  | 'ban'
  | 'shield'
  | 'shield-full'
  | 'undo'
  | 'eye'
  | 'pin'
  | 'pin-full'
  | 'box'
  | 'tag'
  | 'chart'
  | 'gear'
  | 'calendar'
  | 'truck'
  | 'card'
  | 'lock'
  | 'link'
  | 'refresh'
  | 'offline'
  | 'grip'
  | 'filter'
  | 'download'
  | 'upload'
  | 'bell'
  | 'pip'
  | 'full'
  | 'captions'
  | 'home'
  | 'users'
  | 'percent'
  | 'chat'
  | 'question'
  | 'play'
  | 'edit'
  | 'qr'
  | 'moon'
  | 'out'
  | 'receipt'
  | 'pull'
  | 'pause'
  | 'mic-off'
  | 'camera-off'

/** Puts the sprite into the page once; every icon points into it. */
export function layOutIcons(): void {
  const holder = document.createElement('div')
  holder.hidden = true
  holder.innerHTML = sprite
  document.body.append(holder)
}

type Props = { name: IconName; size?: 'sm' | 'md'; turn?: boolean; class?: string }

/** Decoration: the words beside it, or its button's aria-label, say what it means. */
export function Icon({ name, size, turn, class: more }: Props) {
  const cls = ['icon', size, turn && 'turn', more].filter(Boolean).join(' ')
  return (
    <svg class={cls} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  )
}
