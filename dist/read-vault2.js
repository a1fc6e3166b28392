export { t as readLive } from "./read-vault.js";
