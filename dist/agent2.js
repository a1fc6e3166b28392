export { r as claimRun } from "./agent.js";
