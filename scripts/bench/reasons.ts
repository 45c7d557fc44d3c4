/** Why a target was missed, by `path: of / to`. A missed one without a reason fails the report and a test. */
export const reasons: Readonly<Record<string, string>> = {
  'checkout: ours, 1 variant / one statement':
    'the peer does 2,530 orders of one variant a second since its plans are made of counted tables (without, it swung from 287 to 1,875); ours does 19,200, nearly as many as pgbench with the same statement, 21,800: they are written one batch after the other under their row’s lock, and of what that takes Postgres nothing is more than a twelfth (`perf`: writing the 2.3 KB of log that an order makes).',
  'press: ours, HTTP, rate / null Fastify':
    'the null decides nothing and keeps nothing: it has one process on two cores to itself, ours shares them with a Postgres that decides a durable hold, some 30 of our 77 µs a press. What a press waits for lives through a collection of garbage: that is a ninth of the web process beside a fortieth of the null’s (`perf`), and nothing of ours is more than a fiftieth. And five hundred callers go as one crowd: its requests are read, its sessions looked up, its holds decided, its answers written, and while Postgres decides the process has nobody to serve, a fifth of the time.',
  'glass: beside 200 viewers, p50 / ms':
    'the sound: beside 200 viewers its threads wait for a core, so the browser keeps 100 to 300 ms of it, and a picture may be no more than 110 ms ahead of its sound (`held in the browser`). Two pages that encode and decode in software share two cores with 200 viewers and the server. Alone, where nothing is held for the sound, it is 22.',
  'glass: beside 200 viewers, p99 / ms': 'the same; alone it is 37.',
  'fanout: ours, 30 pins/s / Socket.IO':
    'a frame made once and written to the bare socket, which is all that can be saved, is itself 1.6 times Socket.IO in this run: 7.6 µs beside 12.2, nearly all of it the kernel’s write. Ours is at 7.75 in the web process, and Postgres and Redis, which decide, keep and relay the pin, are 0.5 more: 0.1 is what they take in a house in which nothing happens, 0.4 the pin’s 0.8 ms of Postgres. It takes 0.28 when pins come without a pause; thirty times a second it finds nothing of its own in the processor’s caches, and any one row kept durably takes 0.43 then.',
  'fanout: ours, 30 pins/s / nchan':
    'C without a runtime, at 7.7 µs, which only tells; our 8.3 include Postgres and Redis, which decide, keep and relay the pin: without these it is 7.75.',
  'busy: ours, 200/s mixed / Socket.IO':
    'counted are our 120 messages a second alone: reactions and stock are told as numbers. With what these stand for it is 6.3 times. Socket.IO was 10 s behind by the end of 5. Five sixths are the web process, most of it writes; a hold by itself, twenty a second, takes 1.2 ms of Postgres and not the 0.55 of one that follows another, because nothing of it is in the processor’s caches.',
  'busy: ours, 200/s mixed / ws':
    'the same; with what the numbers stand for 6.6 times. ws was 12 s behind.',
  'busy: ours, 200/s mixed, deliveries / a CPU-second':
    'the same; 794,000 with what the numbers stand for. 22 ticks a second to 2,000 viewers are 44,000 writes, a third of a core, whatever is in them.',
  'busy: ours, 200 messages/s, deliveries / a CPU-second':
    'a tick’s nine messages are one write for each viewer: at 8 µs, of which the kernel has four fifths, 0.9 µs of each delivery. The rest is the messages themselves, from the socket to the log and back: some 0.4 ms of the web process each and 0.2 of Postgres, and no step of it is a tenth (`perf`). At ticks of 100 ms it was 1.1 to 1.3 million; p99 asks for 45.',
  'busy: ours, 200 messages/s, p99 / ms':
    'its runs went from 70 to 87. A message waits for others to be committed with, up to 45 ms, or as long as keeps telling the room below 30 % of a core; then for the commit, and up to 20 ms for the pass over the room, while the load reads on the other core. Socket.IO was 10 s behind, ws 12.',
  'storm: ours, CPU of a join / Socket.IO that lets anybody in':
    'plain Socket.IO asks for no session and answers no state: with both it costs 1.5 times that itself, and 1.13 times ours. Ours goes through the same Socket.IO, whose handshake with Node’s and ws’s is most of a join, and a fifth is collecting garbage (`--cpu-prof`).',
  'fanout: ours, 30 pins/s / ws':
    'by a hair: 9.2 µs beside our 8.3, of which 0.5 are Postgres and Redis, which decide, keep and relay the pin. Without these it is 1.18.',
  'fanout: ours, 30 pins/s / Centrifuge':
    'by a hair: the same 0.5 µs of Postgres and Redis. Without these it is 1.41.',
}
