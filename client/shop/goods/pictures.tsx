import { useRef, useState } from 'preact/hooks'
import { imagesMax } from '../../../shared/limits.ts'
import { upload } from '../../api/http.ts'
import { asRefused } from '../../api/refused.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { plain } from '../../ui/rich.tsx'
import { said } from '../tell.ts'
import { useDrop } from './drop.ts'
import { g } from './words-goods.ts'

type Props = { images: string[]; onChange: (images: string[]) => void }

/** Pictures in the order buyers see them. The server makes them small and drops what they tell. */
export function Pictures({ images, onChange }: Props) {
  const { waiting, faults, add } = useUploads(images, onChange)
  const room = imagesMax - images.length - waiting
  const drop = useDrop((files) => add(files))
  const move = (from: number, by: number) => {
    const next = images.slice()
    const [taken] = next.splice(from, 1)
    if (taken === undefined) return
    next.splice(from + by, 0, taken)
    onChange(next)
  }
  return (
    <div class="pictures" {...drop.handlers} data-over={drop.over || undefined}>
      <ol>
        {images.map((url, i) => (
          <li key={url}>
            <span class="pic">
              <img src={url} alt={g('picture.alt', { n: i + 1 })} />
              {i === 0 && <span class="first-pic">{g('pictures.first')}</span>}
            </span>
            <Moves
              n={i + 1}
              last={images.length}
              onMove={(by) => move(i, by)}
              onRemove={() => onChange(images.filter((one) => one !== url))}
            />
          </li>
        ))}
        {Array.from({ length: waiting }, (_, i) => (
          <li key={`waiting ${i}`}>
            <span class="pic ghost" />
          </li>
        ))}
        {room > 0 && <AddPictures onFiles={add} first={images.length === 0} />}
      </ol>
      <p class="quiet small">
        {room > 0 ? g('pictures.help') : g('pictures.full', { n: imagesMax })}
      </p>
      <div role="status" class="sr">
        {waiting > 0 && g('pictures.busy', { n: waiting })}
      </div>
      <div role="alert">
        {faults.map((fault) => (
          <p key={fault} class="fault">
            <Icon name="alert" size="sm" />
            {fault}
          </p>
        ))}
      </div>
    </div>
  )
}

function Moves(props: {
  n: number
  last: number
  onMove: (by: number) => void
  onRemove: () => void
}) {
  const { n, last } = props
  return (
    <span class="moves">
      <Button
        kind="bare"
        size="desk"
        icon="left"
        class="turns"
        disabled={n === 1}
        aria-label={g('pictures.earlier', { n })}
        onClick={() => props.onMove(-1)}
      />
      <Button
        kind="bare"
        size="desk"
        icon="trash"
        aria-label={g('pictures.remove', { n })}
        onClick={props.onRemove}
      />
      <Button
        kind="bare"
        size="desk"
        icon="right"
        class="turns"
        disabled={n === last}
        aria-label={g('pictures.later', { n })}
        onClick={() => props.onMove(1)}
      />
    </span>
  )
}

function AddPictures(props: { onFiles: (files: File[]) => void; first: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <li>
      <button type="button" class="add-picture" onClick={() => input.current?.click()}>
        <Icon name={props.first ? 'upload' : 'plus'} />
        {g('pictures.add')}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
    </li>
  )
}

/** One after the other: a dozen photographs at once would only wait for each other. */
function useUploads(images: string[], onChange: (images: string[]) => void) {
  const [waiting, setWaiting] = useState(0)
  const [faults, setFaults] = useState<string[]>([])
  const latest = useRef({ images, onChange })
  latest.current = { images, onChange }
  const line = useRef<Promise<void>>(Promise.resolve())

  const send = async (file: File) => {
    try {
      const form = new FormData()
      form.set('file', file)
      const { url } = await upload<{ url: string }>('/pictures', form)
      const { images: known, onChange: change } = latest.current
      if (known.length < imagesMax && !known.includes(url)) change([...known, url])
    } catch (thrown) {
      const refused = asRefused(thrown)
      const unread = refused.code === 'VALIDATION' || refused.code === 'UNSUPPORTED_MEDIA_TYPE'
      const { name } = file
      const fault = unread
        ? g('pictures.kind', { name })
        : g('pictures.failed', { name, why: plain(said(refused)) })
      setFaults((known) => [...known, fault])
    } finally {
      setWaiting((n) => n - 1)
    }
  }
  const add = (files: File[]) => {
    const taken = files.slice(0, Math.max(0, imagesMax - latest.current.images.length - waiting))
    setFaults([])
    setWaiting((n) => n + taken.length)
    for (const file of taken) line.current = line.current.then(() => send(file))
  }
  return { waiting, faults, add }
}
