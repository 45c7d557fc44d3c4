import type { Body, In, Out, Params, Query, Reply } from '../../shared/wire/contract.ts'
import type { Pushes as AllPushes, ShowEvents } from '../../shared/wire/events.ts'
import type { allCommands, allRoutes } from '../../shared/wire/wire.ts'

/** Types alone: nothing of the schemas comes into the bundle. */
type Routes = (typeof allRoutes)[keyof typeof allRoutes]
export type Method = Routes['method']
export type PathOf<M extends Method> = Extract<Routes, { method: M }>['path']
type RouteAt<M extends Method, P> = Extract<Routes, { method: M; path: P }>

export type ReplyOf<M extends Method, P> = Reply<RouteAt<M, P>>
export type BodyOf<M extends Method, P> = Body<RouteAt<M, P>>
export type ParamsOf<M extends Method, P> = Params<RouteAt<M, P>>
export type QueryOf<M extends Method, P> = Query<RouteAt<M, P>>

type Commands = typeof allCommands
export type CommandName = keyof Commands
export type CommandIn<C extends CommandName> = In<Commands[C]>
export type CommandOut<C extends CommandName> = Out<Commands[C]>

export type Pushes = Omit<AllPushes, 'show:events'> & { 'show:events': ShowEvents }
export type PushName = keyof Pushes
