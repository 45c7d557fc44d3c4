/** Why a target was missed, by `path: of / to`. A missed one without a reason fails the report and a test. */
export const reasons: Readonly<Record<string, string>> = {
  'drop: a refusal in Postgres / a grant':
    'a grant became cheaper (26.5 µs of Postgres, once 33) and a refusal stayed where it was (13.5, once 13).',
  'checkout: ours, 1 variant / Drizzle transaction':
    'a quick run while other work kept both cores busy: our rate went from 5,549 to 12,623 a second between its runs, and the best is 85 times; by CPU an order costs 49 times less.',
  'checkout: ours, 1 variant / one statement':
    'the same busy machine; the best run is 17.7 times, and by CPU 12.7.',
  'checkout: one order alone, p50 / a single insert':
    'a call of a dozen statements and a note of what the bank answered, two ways to Postgres and back where an insert goes one; each waits for a core.',
  'press: ours, HTTP, rate / null Fastify':
    'the null decides nothing and keeps nothing: 51 µs a press on the busy machine. Ours looks up a session and decides a durable hold: 150 µs, a third of it Postgres, on the two cores that those who press need too.',
  'join: one alone, p50 / bare mediasoup':
    'ten milliseconds more: every question goes through Socket.IO, a check of who asks and a check of the message, which the bare one has not; beside other work on both cores.',
  'join: 60 at once, p50 / bare mediasoup':
    'the sixty clients share the two cores with the server and other work: what ours asks more of Node, 1 ms a join, is waited for sixty times.',
  'join: signalling, rate / bare mediasoup':
    'by CPU 2.3 ms a join beside 1.2: Socket.IO, the checks, and a fifth of it garbage collection; a quick run, the first 200 joins of a process, while other work wanted both cores five times over.',
  'glass: beside 200 viewers, p50 / ms':
    'measured while other work wanted both cores ten times over; its best run was 30. Chromium encodes three layers and decodes in software on the same two cores.',
  'glass: beside 200 viewers, p99 / ms': 'the same busy machine; its best run was 54.',
  'glass: click to first frame, p50 / ms':
    'the same busy machine, and a walk in a row: the page, its socket, the show, the media library, the connection, a key frame; the library is fetched only once the show has answered.',
  'fanout: ours, 30 pins/s / Socket.IO':
    'of what our process does 86 % was the kernel’s write (`--cpu-prof`) before the rest was cut, and both pay it; both cores were wanted five times over, and Socket.IO, half a second behind, put pins together. A run at half that load gave 1.63.',
  'fanout: ours, 30 pins/s / Centrifuge':
    'it puts what waits for a viewer into one frame: a quarter of a second behind (p99 272 ms) it paid 5.1 µs a delivery, less than a bare write cost (8.8); ours tells each pin by itself.',
  'fanout: ours, 30 pins/s / nchan':
    'C without a runtime, at 6.8 µs with p99 of 1 s; our 7.1 µs include Postgres, which decides and keeps the pin.',
  'busy: ours, 200/s mixed / Socket.IO':
    'counted are our 120 messages a second alone: reactions and stock are told as numbers. With what these stand for it is 5.1 times.',
  'busy: ours, 200/s mixed / ws': 'the same; with what the numbers stand for 6.7 times.',
  'busy: ours, 200/s mixed, deliveries / a CPU-second':
    'the same; 741,000 with what the numbers stand for. 20 ticks a second to 2,000 viewers are 40,000 writes of 6 µs, whatever is in them.',
  'busy: ours, 200/s mixed, p99 / ms':
    'both cores were wanted seven times over: a tick of 50 ms became 100, because fan-out may take 30 % of the loop by the clock.',
  'busy: ours, 200 messages/s, deliveries / a CPU-second':
    'runs of one second on the same busy machine, the best 1.03 million; runs of six seconds gave 1.1 to 1.3 million.',
  'busy: ours, 200 messages/s, p99 / ms': 'the same busy machine; Socket.IO was 6 s behind.',
  'crowd: ours, memory a viewer / Socket.IO':
    'a viewer is a Socket.IO socket first (22.6 KB with Node’s and ws’s own); ours adds 4 KB. Less than Socket.IO needs takes another server of its protocol, which is not built.',
  'storm: ours, CPU of a join / Socket.IO with state':
    'its state is kept in memory and true of no moment; ours reads the show, and bans, mutes and holds of each, counts him among the viewers and tells him the numbers: 30 µs of Postgres, and writes at 7 µs each. Runs were from 1.16 to 1.24.',
  'storm: ours, CPU of a join / Socket.IO that lets anybody in':
    'plain Socket.IO asks for no session and answers no state: with both it costs 1.5 times that itself.',
  'storm: ours, 5000 in step / s':
    'both cores were wanted three times over: Socket.IO with state took 2.7 s in the same run. A run half an hour before gave 2.03 s.',
}
