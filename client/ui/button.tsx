import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

type Kind =
  | 'fill'
  | 'soft'
  | 'quiet-btn'
  | 'bare'
  | 'stop'
  | 'stop-quiet'
  | 'lamp'
  | 'glass'
  | 'paper'

type Props = Omit<ButtonHTMLAttributes, 'size' | 'icon' | 'class'> & {
  kind?: Kind
  icon?: IconName
  /** `desk` 36 with a mouse, `tall` 52 for paying. */
  size?: 'desk' | 'tall'
  wide?: boolean
  /** A verb in progress ("Holding"): the ring turns, a second press does nothing. */
  busy?: string | false | undefined
  class?: string
  children?: ComponentChildren
}

/** With an icon and no children it is round-cornered and square, and needs `aria-label`. */
export function Button(props: Props) {
  const { kind = 'fill', icon, size, wide, busy, children, class: more, ...rest } = props
  const only = icon !== undefined && children === undefined
  const cls = ['btn', kind !== 'fill' && kind, size, wide && 'wide', only && 'only', more]
  const working = typeof busy === 'string'
  return (
    <button
      type="button"
      {...rest}
      class={cls.filter(Boolean).join(' ')}
      aria-busy={working || undefined}
      onClick={working ? undefined : rest.onClick}
    >
      {icon !== undefined && !working && (
        <Icon name={icon} {...(only && size !== 'desk' ? {} : { size: 'md' })} />
      )}
      {working ? busy : children}
    </button>
  )
}

type LinkProps = {
  href: string
  kind?: Kind
  icon?: IconName
  size?: 'desk' | 'tall'
  wide?: boolean
  class?: string
  children?: ComponentChildren
  'aria-label'?: string
}

/** Looks like a button, goes somewhere. */
export function LinkButton(props: LinkProps) {
  const { kind = 'fill', icon, size, wide, class: more, children, ...rest } = props
  const only = icon !== undefined && children === undefined
  const cls = ['btn', kind !== 'fill' && kind, size, wide && 'wide', only && 'only', more]
  return (
    <a {...rest} class={cls.filter(Boolean).join(' ')}>
      {icon !== undefined && (
        <Icon name={icon} {...(only && size !== 'desk' ? {} : { size: 'md' })} />
      )}
      {children}
    </a>
  )
}
