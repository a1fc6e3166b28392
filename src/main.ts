import { main } from './action/main.ts';

await main();
// A request of the SDK that was given up cannot be interrupted, and would keep the process alive.
process.exit();
