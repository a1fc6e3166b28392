export { n as readLive } from "./read-vault.js";
