/**
 * Prints how many times slower this machine is than one that does nothing else: a second on the clock, divided by the
 * processor time that this process gets in it. Whole, 1 where nothing else runs, at most 40.
 */
const began = performance.now();
const before = process.cpuUsage();
while (performance.now() - began < 1000);
const { user, system } = process.cpuUsage(before);
const slower = ((performance.now() - began) * 1000) / (user + system);
process.stdout.write(`${Math.min(40, Math.max(1, Math.round(slower)))}\n`);
