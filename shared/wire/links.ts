import Type, { type Static } from 'typebox'
import { Id, IdParam, Shape } from './base.ts'
import { routes } from './contract.ts'

export const ShortLink = Shape({ code: Type.String(), url: Type.String() })
export type ShortLink = Static<typeof ShortLink>

export const linkRoutes = routes({
  makeLink: {
    method: 'POST',
    path: '/shows/:id/links',
    summary:
      'The short link of a show, or of a product in it: opens the show while it runs, its replay after. Always the same one',
    may: 'anyone',
    params: IdParam,
    body: Shape({ productId: Type.Optional(Id) }),
    reply: ShortLink,
    status: 200,
  },
})
