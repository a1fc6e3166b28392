import { main } from './action/main.ts';
import { logTaken } from './github/runner/log-end.ts';

await main();
await logTaken();
// A request of the SDK that was given up cannot be interrupted, and would keep the process alive.
process.exit();
