import type { ComponentChildren } from 'preact'
import kiln from '../ui/art/scene-kiln.svg'
import { Awning, Brand } from '../ui/brand.tsx'
import { usePage } from '../ui/page.ts'
import { lookAtFault } from '../ui/use.ts'
import './door.css'

/** A lit window beside or above, and a form of 400. */
export function Door(props: { title: string; onSubmit: () => void; children: ComponentChildren }) {
  usePage(props.title, 'door')
  return (
    <>
      <div class="shopfront-side">
        <Awning />
        <img src={kiln} alt="" />
      </div>
      <main class="door-main">
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            props.onSubmit()
            lookAtFault(event.currentTarget)
          }}
        >
          <Brand />
          <h1>{props.title}</h1>
          {props.children}
        </form>
      </main>
    </>
  )
}
