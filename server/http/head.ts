import { escaped } from '../base/markup.ts'

/** Lines of a page's head, for those who read no more of it: crawlers, chats, card makers. */
export type HeadTag = { html: string }

type Head = {
  title: string
  description: string
  page: string
  image?: { url: string; width: number; height: number }
  oEmbed?: string
  type: 'video.other' | 'profile'
}

/** Open Graph, Twitter's card, and where oEmbed is. */
export function headOf({ title, description, page, image, oEmbed, type }: Head): HeadTag[] {
  return [
    tag`<title>${title}</title>`,
    tag`<meta name="description" content="${description}">`,
    tag`<link rel="canonical" href="${page}">`,
    ...(oEmbed === undefined
      ? []
      : [
          tag`<link rel="alternate" type="application/json+oembed" href="${oEmbed}" title="${title}">`,
        ]),
    tag`<meta property="og:site_name" content="Vitrine">`,
    tag`<meta property="og:type" content="${type}">`,
    tag`<meta property="og:title" content="${title}">`,
    tag`<meta property="og:description" content="${description}">`,
    tag`<meta property="og:url" content="${page}">`,
    tag`<meta name="twitter:title" content="${title}">`,
    tag`<meta name="twitter:description" content="${description}">`,
    tag`<meta name="twitter:card" content="${image ? 'summary_large_image' : 'summary'}">`,
    ...(image === undefined ? [] : pictureOf(title, image)),
  ]
}

function pictureOf(title: string, image: NonNullable<Head['image']>): HeadTag[] {
  return [
    tag`<meta property="og:image" content="${image.url}">`,
    tag`<meta property="og:image:width" content="${String(image.width)}">`,
    tag`<meta property="og:image:height" content="${String(image.height)}">`,
    tag`<meta property="og:image:alt" content="${title}">`,
    tag`<meta name="twitter:image" content="${image.url}">`,
  ]
}

function tag(parts: TemplateStringsArray, ...values: string[]): HeadTag {
  return { html: parts.reduce((html, part, i) => html + escaped(values[i - 1] ?? '') + part) }
}
