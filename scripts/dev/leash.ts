// Loaded into each web process (node --import). A launcher that is killed outright can stop nobody;
// its end closes this channel, and the process then closes as it does for SIGTERM.

process.channel?.unref()
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
