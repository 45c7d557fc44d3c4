import { LinkButton } from '../../ui/button.tsx'
import { w } from './words-connections.ts'

/** The way there, below the settings of the shop. */
export function ToConnections() {
  return (
    <section class="embeds">
      <h2>{w('connections')}</h2>
      <p class="quiet small">{w('help')}</p>
      <div class="row">
        <LinkButton kind="quiet-btn" size="desk" icon="link" href="/shop/connections">
          {w('to.connections')}
        </LinkButton>
      </div>
    </section>
  )
}
