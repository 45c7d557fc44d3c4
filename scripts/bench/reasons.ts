/** Why a target was missed, by `path: of / to`. A missed one without a reason fails the report and a test. */
export const reasons: Readonly<Record<string, string>> = {
  'checkout: ours, 1 variant / one statement':
    'the peer does some 1,800 orders of one variant a second, ours nearly as many as pgbench with the same statement: they are written one batch after the other under their row’s lock, and of what that takes Postgres nothing is more than a twelfth (`perf`: writing the 2.3 KB of log that an order makes). The kept run’s peer swung from 287 to 1,875 because its plans were made before autovacuum had counted the tables; now they are counted first.',
  'press: ours, HTTP, rate / null Fastify':
    'the null decides nothing and keeps nothing: it has one process on two cores to itself, ours shares them with a Postgres that decides a durable hold, some 30 of our 88 µs a press. What a press waits for lives through a collection of garbage: that is a ninth of the web process beside a fortieth of the null’s (`perf`), and nothing of ours is more than a fiftieth. And five hundred callers go as one crowd: its requests are read, its sessions looked up, its holds decided, its answers written, and while Postgres decides the process has nobody to serve, a fifth of the time.',
  'join: 60 at once, p50 / bare mediasoup':
    'by a hair: the sixty clients share the two cores with the server, and what ours asks more of Node and Postgres is waited for sixty times.',
  'join: signalling, rate / bare mediasoup':
    'what asks the worker costs both the same since a consumer is asked for with what is of its kind alone; ours has Socket.IO’s frames, a check of the message, places in budgets and a reading of who may watch besides.',
  'glass: beside 200 viewers, p50 / ms':
    'the picture waits for the sound: a browser keeps the two in step. Of 97 ms that a frame was held in a busy viewer’s browser 12 were the picture’s own (`held in the browser`), the rest was for a sound whose threads wait for a core: two pages that encode and decode in software share two with 200 viewers and the server. The runs went from 38 to 110, and 55 to 85 alone.',
  'glass: beside 200 viewers, p99 / ms': 'the same: 53 to 147.',
  'fanout: ours, 30 pins/s / Socket.IO':
    'by a hair: both pay the kernel’s write, which is 97 % of what a pass over the room takes of our process (`--cpu-prof`); ours also decides and keeps each pin.',
  'fanout: ours, 30 pins/s / nchan':
    'C without a runtime, at 7.9 µs; our 8.6 include Postgres and Redis, which decide, keep and relay the pin: without these it is 7.8.',
  'busy: ours, 200/s mixed / Socket.IO':
    'counted are our 120 messages a second alone: reactions and stock are told as numbers. With what these stand for it is 6.1 times.',
  'busy: ours, 200/s mixed / ws': 'the same; with what the numbers stand for 6.4 times.',
  'busy: ours, 200/s mixed, deliveries / a CPU-second':
    'the same; 755,000 with what the numbers stand for. 20 ticks a second to 2,000 viewers are 40,000 writes, a third of a core, whatever is in them.',
  'busy: ours, 200 messages/s, deliveries / a CPU-second':
    'a tick’s ten messages are one write for each viewer: at 8 µs, of which the kernel has four fifths, 0.8 µs of each delivery. The rest is the messages themselves: each takes some 0.45 ms of the web process from its socket to the log and back and 0.2 of Postgres, 0.3 µs of each delivery, and no step of it is a tenth (`perf`). At ticks of 100 ms it was 1.1 to 1.3 million; p99 asks for 50.',
  'busy: ours, 200 messages/s, p99 / ms':
    'by a hair: a message waits for others to be committed with, every 50 ms or as seldom as keeps telling the room below 30 % of a core, then 5 ms for the commit and up to 20 for the pass over the room, which the load reads no faster in its one process. Socket.IO was 2.9 s behind, ws 2.3 s.',
  'crowd: ours, memory a viewer / Socket.IO':
    'of a viewer 10 KB are live objects of Node, ws, Socket.IO and ours, the rest is what V8 keeps for new ones. Most of that is given back when it is quiet, some ten seconds after a crowd has come; until then it is what it was.',
  'storm: ours, CPU of a join / Socket.IO that lets anybody in':
    'plain Socket.IO asks for no session and answers no state: with both it costs 1.5 times that itself. Ours goes through the same Socket.IO, whose handshake with Node’s and ws’s is most of a join, and a fifth is collecting garbage (`--cpu-prof`).',
}
