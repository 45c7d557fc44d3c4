/** Why a target was missed, by `path: of / to`. A missed one without a reason fails the report and a test. */
export const reasons: Readonly<Record<string, string>> = {
  'drop: ours, 50 variants, rate / Lua, AOF always':
    'measured while a batch still looked for the offer of each request among all of its show, and asked each buyer’s bans and holds twice. Both are cut; the quick run after gave 1.67.',
  'drop: ours, 50 variants, by CPU / Lua, AOF always': 'the same; the quick run after gave 1.80.',
  'drop: 50 variants / 1 variant':
    'the same: those offers were fifty times as many. The quick run after gave 0.80; what is left is a row, a link of the chain and a place in two indexes for each of fifty variants in each batch.',
  'drop: a refusal in Postgres / a grant':
    'the same questions were most of a refusal. The quick run after gave 0.32.',
  'checkout: ours, 1 variant / Drizzle transaction':
    'by a hair: orders of one variant are written one batch after the other under its row’s lock, 36 µs an order, most of it rows and their places in twelve indexes; the peer went from 179 to 231 a second between runs.',
  'checkout: ours, 1 variant / one statement':
    'by a hair, in runs where an order still had a place in an index that nothing read, and what the bank answered found no room on its page: without these an order of one variant costs Postgres 53 µs where it cost 60, in eight runs by turns. The peer went from 289 to 1,584 a second between its runs.',
  'checkout: ours, 1 variant / ours, 50 variants':
    '3,000 orders are a quarter of a second: fifty variants went from 11,393 to 14,735 a second between runs, one from 12,840 to 13,928. The quick run after gave 1.32.',
  'checkout: one order alone, p50 / a single insert':
    'by a hair: a call of a dozen statements and a note of what the bank answered, two ways to Postgres and back where an insert goes one. A full run on a busy machine gave 1.94, the quick run after 1.57.',
  'press: ours, HTTP, rate / null Fastify':
    'the null decides nothing and keeps nothing: it has one process on two cores to itself, ours shares them with a Postgres that decides a durable hold. Of 114 µs a press 32 are Postgres, 1 Redis; of the web process’s 80 a fifth is the kernel’s write to the caller and to Postgres, a sixth collecting garbage, and nothing of ours is more than a fiftieth (`--cpu-prof`).',
  'join: one alone, p50 / bare mediasoup':
    'measured when rights were read before the worker was asked, in five readings one after the other, three questions made a join, and every click fell at the same place between two packets of a sound that comes each 20 ms: the bare one caught a packet that ours missed. Since then a connection takes 8.3 ms where the bare one takes 5.7: Socket.IO at both ends, and a reading of who may watch.',
  'join: 60 at once, p50 / bare mediasoup':
    'the sixty clients share the two cores with the server: what ours asks more of Node and Postgres is waited for sixty times.',
  'join: signalling, rate / bare mediasoup':
    'measured with four questions a join, five readings of rights in Postgres that were planned anew each time, and three deep copies of what can be had for each consumer: 1.85 ms of CPU a join beside 0.85. The newest full run gave 1.0 beside 0.54: most of both is asking the worker and the kernel’s writes, and ours has Socket.IO’s frames, a check of the message, places in budgets and a reading of who may watch (0.04 to 0.14 of Postgres) besides.',
  'glass: beside 200 viewers, p50 / ms':
    'alone it is 31. Here a host’s and a viewer’s page that encode and decode in software share two cores with 200 viewers and the server, and so did a third, which had only filled the cache, was left open and read every frame: it is closed now.',
  'glass: beside 200 viewers, p99 / ms': 'the same; alone it is 54.',
  'glass: click to first frame, p50 / ms':
    'measured when the picture was asked for at the press, and a page that only filled the cache stayed open beside it. Traced then: the answer comes after 15 to 35 ms, two rounds of SDP (the second is mediasoup-client’s probe for bandwidth) last until 70 to 150 because drawing the show holds the page up in between, the first frame is decoded at 165 to 195 and shown 10 to 25 later. Now it comes up while a pointer rests on the window, and is drawn before the rest of the page: by turns with before, on a busy machine, a click takes 0.63 to 0.68 of what it took.',
  'fanout: ours, 30 pins/s / Socket.IO':
    'both pay the kernel’s write, which is 97 % of what a pass over the room takes of our process (`--cpu-prof`); ours also decides and keeps each pin.',
  'fanout: ours, 30 pins/s / ws':
    'the same write, at 9 µs; of our 10.2 µs a delivery 0.6 are Postgres and Redis, which decide, keep and relay the pin: without them it is 1.15.',
  'fanout: ours, 30 pins/s / raw write':
    'the same: without Postgres and Redis ours is 9.6 µs beside 9.3.',
  'fanout: ours, 30 pins/s / Centrifuge':
    '13.0 µs a delivery beside our 10.2: Go pays the same write.',
  'fanout: ours, 30 pins/s / nchan':
    'C without a runtime, at 9.3 µs; our 10.2 include Postgres, which decides and keeps the pin.',
  'busy: ours, 200/s mixed / Socket.IO':
    'counted are our 120 messages a second alone: reactions and stock are told as numbers. With what these stand for it is 6.2 times.',
  'busy: ours, 200/s mixed / ws': 'the same; with what the numbers stand for 6.0 times.',
  'busy: ours, 200/s mixed, deliveries / a CPU-second':
    'the same; 678,000 with what the numbers stand for. 20 ticks a second to 2,000 viewers are 40,000 writes, a quarter of a core, whatever is in them.',
  'busy: ours, 200/s mixed, p99 / ms':
    'a message waits for the tick, for its commit and for the pass over the room. A room of 2,000 is told every 50 ms, or as seldom as keeps telling it below 30 % of a core: where a write took 7 µs p99 was 70, at 9 µs it is a tick each 60 ms and a pass of 18.',
  'busy: ours, 200 messages/s, deliveries / a CPU-second':
    'a tick’s ten messages are one write for each viewer: at 7 to 9 µs that alone is 0.7 to 0.9 µs of each delivery, three quarters of what our process does (`--cpu-prof`). At ticks of 100 ms it was 1.1 to 1.3 million; p99 asks for 50.',
  'busy: ours, 200 messages/s, p99 / ms':
    'the same, and every tick has more in it; Socket.IO was 2.7 s behind, ws 2.5 s.',
  'stalled: p99 of the others / with nobody stalled':
    'measured when the thousands of answers that fill the kernel for those who read nothing were still being given as the others’ time was taken; one who had asked too often kept 341 KB. In the first two seconds it is 1.14 to 1.22, in later ones 0.7 to 1.14, as the rhythm of each side follows what else the machine does.',
  'crowd: ours, memory a viewer / Socket.IO':
    'of a viewer 10 KB are live objects of Node, ws, Socket.IO and ours, the rest is what V8 keeps for new ones. With 8 MB for these and not 32 it is 0.61 where it is 0.79, but a join takes a quarter more of the web process’s time and a press by HTTP two thirds.',
  'storm: ours, CPU of a join / Socket.IO with state':
    'measured with 16 MB for new objects, which are collected while thousands come: with the 32 that it has now a join takes an eighth less of our process. Ours also reads for each what it holds and whether it is muted or banned.',
  'storm: ours, CPU of a join / Socket.IO that lets anybody in':
    'plain Socket.IO asks for no session and answers no state: with both it costs 1.5 times that itself.',
}
