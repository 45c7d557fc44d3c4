/** Why a target was missed, by `path: of / to`. A missed one without a reason fails the report and a test. */
export const reasons: Readonly<Record<string, string>> = {
  'checkout: ours, 1 variant / one statement':
    'the peer does 2,530 orders of one variant a second since its plans are made of counted tables (without, it swung from 287 to 1,875); ours does 19,200, nearly as many as pgbench with the same statement, 21,800: they are written one batch after the other under their row’s lock, and of what that takes Postgres nothing is more than a twelfth (`perf`: writing the 2.3 KB of log that an order makes).',
  'press: ours, HTTP, rate / null Fastify':
    'the null decides nothing and keeps nothing: it has one process on two cores to itself, ours shares them with a Postgres that decides a durable hold, some 30 of our 77 µs a press. What a press waits for lives through a collection of garbage: that is a ninth of the web process beside a fortieth of the null’s (`perf`), and nothing of ours is more than a fiftieth. And five hundred callers go as one crowd: its requests are read, its sessions looked up, its holds decided, its answers written, and while Postgres decides the process has nobody to serve, a fifth of the time.',
  'glass: beside 200 viewers, p99 / ms':
    'its three runs had 60, 114 and 247: two pages that encode and decode in software share two cores with 200 viewers who decrypt, and with the server. When these have just come, a sound that waited for a core stays late for some ten seconds, because Chromium lets a tone go by 40 ms a second, and the picture waits for it (`held in the browser`). Alone it is 37. On a slower processor (AMD EPYC) a page that had been open for a minute had 131 and 320.',
  'fanout: ours, 30 pins/s / Socket.IO':
    'a frame made once and written to the bare socket is all that can be saved, nearly all of it the kernel’s write: 7.0 µs beside 11.8, 1.7 times. Ours takes 7.2 in the web process, which would be 1.63; Postgres and Redis, which decide, keep and relay the pin, are 0.6 more: thirty times a second they find nothing of their own in the processor’s caches, and any one row kept durably takes 0.43 then.',
  'fanout: ours, 30 pins/s / raw write':
    'by a hair: 0.97 without the database, which the raw write has none of.',
  'fanout: ours, 30 pins/s / nchan':
    'C without a runtime, at 7.5 µs, which only tells; our 7.8 include Postgres and Redis, which decide, keep and relay the pin: without these it is 7.2.',
  'busy: ours, 200/s mixed / Socket.IO':
    'by a hair, and with what the numbers stand for 6.6 times: see ws.',
  'busy: ours, 200/s mixed / ws':
    'counted are our 120 messages a second alone: reactions and stock are told as numbers. With what these stand for it is 7.0 times. ws was 12 s behind by the end of 5. Six sevenths are the web process, most of it writes; a hold by itself, twenty a second, takes 1.2 ms of Postgres and not the 0.55 of one that follows another, because nothing of it is in the processor’s caches.',
  'busy: ours, 200/s mixed, deliveries / a CPU-second':
    'the same; 833,000 with what the numbers stand for. 22 ticks a second to 2,000 viewers are 44,000 writes, a third of a core, whatever is in them.',
  'busy: ours, 200 messages/s, deliveries / a CPU-second':
    'a tick’s nine messages are one write for each viewer: at 8 µs, of which the kernel has four fifths, 0.9 µs of each delivery. The rest is the messages themselves, from the socket to the log and back: some 0.4 ms of the web process each and 0.2 of Postgres, and no step of it is a tenth (`perf`). At ticks of 100 ms it was 1.1 to 1.3 million; p99 asks for 45.',
  'busy: ours, 200 messages/s, p99 / ms':
    'one of its runs had 1.2 s, when something else had the core; in a run half an hour before it was 77, from 70 to 87. A message waits for others to be committed with, up to 45 ms, or as long as keeps telling the room below 30 % of a core; then 3 ms for the commit, and up to 20 ms for the pass over the room, while the load reads on the other core. Ticks of 50 ms were no different, interleaved: 925,000 deliveries a CPU-second beside 928,000, p99 73 beside 75.',
  'storm: ours, CPU of a join / Socket.IO that lets anybody in':
    'plain Socket.IO asks for no session and answers no state: with both it costs 1.4 times that itself, as much as ours. Ours goes through the same Socket.IO, whose handshake with Node’s and ws’s is most of a join, and a fifth is collecting garbage (`--cpu-prof`).',
  'join: signalling, rate / bare mediasoup':
    'ours asks by Socket.IO with acks, and checks every message and who asks: 0.58 ms of CPU a join beside 0.36. Both have the same six writes of mediasoup and to the line, a quarter of it; the rest is the WebSocket, Postgres’ answer to who may watch, and the copies that mediasoup makes of each consumer’s parameters, none of it a tenth (`--cpu-prof`). With less of a warm-up it swung from 0.71 to 1.07, and on an AMD EPYC it was 0.67.',
}
